-- A member's reminders of a ritual. What they say and whether they go out is decided anew each time; what is stored
-- is when to look next, and how patient they have become. `next_at` is null when there is nothing to come.
create table reminders (
    couple_id text not null references couples (id) on delete cascade,
    ritual_id text not null check (octet_length(ritual_id) = 36),
    member_id text not null references accounts (id) on delete cascade,
    id text not null unique check (octet_length(id) = 36),
    times text not null check (octet_length(times) <= 1024),
    enabled integer not null check (enabled in (0, 1)),
    patience text not null check (octet_length(patience) <= 256),
    snoozed_until bigint,
    dismissed_on text check (octet_length(dismissed_on) = 10),
    next_at bigint,
    primary key (couple_id, ritual_id, member_id),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade,
    check (enabled = 1 or next_at is null)
);
create index reminders_by_time on reminders (next_at, member_id);
create index reminders_by_member on reminders (member_id, next_at);

-- The occasions on which a reminder went out: never twice for one date and time, whatever restarts or clock jumps.
-- They stay for some days, longer than any clock is set back.
create table occasions (
    couple_id text not null,
    ritual_id text not null,
    member_id text not null,
    date text not null check (octet_length(date) = 10),
    at text not null check (octet_length(at) = 5),
    kind text not null check (kind in ('time', 'last')),
    primary key (couple_id, ritual_id, member_id, date, at),
    foreign key (couple_id, ritual_id, member_id) references reminders on delete cascade
);
