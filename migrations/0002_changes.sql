-- What was changed in the settings that both share, so that nothing shared changes silently: who, what, on
-- which date of theirs. Fields are names, never values: words live in one place, where they can be
-- erased. The order is a number of the couple's own, since an instant would tell when somebody was here.
create table changes (
    couple_id text not null references couples (id) on delete cascade,
    number bigint not null check (number > 0),
    member_id text not null references accounts (id) on delete cascade,
    date text not null check (octet_length(date) = 10),
    kind text not null check (kind in ('couple', 'ritual', 'rest')),
    id text not null check (octet_length(id) = 36),
    -- The ritual it is about, which may be gone; and, once it is gone, whoever had declined it.
    ritual_id text check (octet_length(ritual_id) = 36),
    declined_by text check (octet_length(declined_by) = 36),
    action text not null check (octet_length(action) <= 16),
    -- A JSON list of names.
    fields text not null check (octet_length(fields) <= 256),
    primary key (couple_id, number)
);
