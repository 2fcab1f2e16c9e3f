-- One SQL text for every engine (see src/store/mod.rs, "the portable law"): TEXT, BIGINT and INTEGER
-- only; ids and dates are TEXT, instants are BIGINT milliseconds since 1970, structured state is JSON
-- in TEXT. Every invariant is a constraint. A length is checked in bytes, four to a character.

create table accounts (
    id text not null primary key check (octet_length(id) = 36),
    email text not null unique check (octet_length(email) between 3 and 1016),
    password_hash text not null check (octet_length(password_hash) <= 512),
    name text not null check (octet_length(name) between 1 and 320),
    time_zone text not null check (octet_length(time_zone) between 1 and 64),
    share_time_zone integer not null check (share_time_zone in (0, 1)),
    created_at bigint not null
);

-- Only the hash of a token's secret is kept.
create table tokens (
    id text not null primary key check (octet_length(id) = 36),
    account_id text not null references accounts (id) on delete cascade,
    secret_hash text not null unique check (octet_length(secret_hash) = 64),
    label text check (octet_length(label) between 1 and 320),
    scopes text not null check (octet_length(scopes) <= 64),
    created_at bigint not null,
    expires_at bigint not null,
    last_used_on text not null check (octet_length(last_used_on) = 10),
    unique (account_id, id)
);

create table couples (
    id text not null primary key check (octet_length(id) = 36),
    name text check (octet_length(name) between 1 and 320),
    day_start text not null check (octet_length(day_start) = 5),
    week_start text not null check (week_start in ('mon', 'sun', 'sat')),
    together_since text check (octet_length(together_since) = 10),
    created_at bigint not null,
    -- Set when somebody left: nobody reads or joins it any more.
    closed_at bigint
);

-- Two seats a couple, one active seat a person. NULLs are distinct in a unique key, so `active` is 1
-- or NULL: a person may have any number of former seats.
create table seats (
    couple_id text not null references couples (id) on delete cascade,
    seat integer not null check (seat in (1, 2)),
    account_id text not null references accounts (id) on delete cascade,
    active integer check (active = 1),
    -- Set while the second person waits to be confirmed; past it, the seat is free again.
    lapses_at bigint,
    primary key (couple_id, seat),
    unique (account_id, active),
    check (lapses_at is null or seat = 2)
);

-- At most one open invitation a couple: a new one replaces the old.
create table invitations (
    couple_id text not null primary key references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    code_hash text not null unique check (octet_length(code_hash) = 64),
    expires_at bigint not null
);

-- A ritual is read and saved whole: revisions, participants and the checkpoint of its fold are JSON.
-- `unsettled_from` repeats the checkpoint's `next`, so that one statement finds the logs after it, and
-- `declined_by` the participant who declined, from whose lists the ritual is left out.
create table rituals (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    proposed_by text not null references accounts (id) on delete cascade,
    title text not null check (octet_length(title) between 1 and 480),
    practice text not null check (octet_length(practice) <= 32),
    rule text not null check (rule in ('either', 'both')),
    forgiveness text not null check (forgiveness in ('gentle', 'off')),
    cue text check (octet_length(cue) between 1 and 800),
    target_minutes integer check (target_minutes between 0 and 1440),
    revisions text not null,
    participants text not null,
    checkpoint text not null,
    unsettled_from text not null check (octet_length(unsettled_from) = 10),
    declined_by text check (octet_length(declined_by) = 36),
    created_at bigint not null,
    primary key (couple_id, id)
);

create table logs (
    couple_id text not null,
    ritual_id text not null,
    date text not null check (octet_length(date) = 10),
    member_id text not null references accounts (id) on delete cascade,
    minutes integer check (minutes between 0 and 1440),
    note text check (octet_length(note) between 1 and 16000),
    mood text check (octet_length(mood) between 1 and 160),
    visibility text not null check (visibility in ('shared', 'private')),
    logged_at bigint not null,
    time_zone text not null check (octet_length(time_zone) between 1 and 64),
    primary key (couple_id, ritual_id, date, member_id),
    -- For reading a couple's logs across rituals, newest date first.
    unique (couple_id, date, ritual_id, member_id),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade
);

-- A rest of the couple (no ritual), of one ritual, or (archive = 1) an archived ritual's.
create table rests (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    ritual_id text,
    archive integer not null check (archive in (0, 1)),
    first_date text not null check (octet_length(first_date) = 10),
    last_date text check (octet_length(last_date) = 10),
    primary key (couple_id, id),
    unique (couple_id, ritual_id, id),
    check (last_date is null or last_date >= first_date),
    check (archive = 0 or ritual_id is not null),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade
);
