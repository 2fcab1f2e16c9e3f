-- Check-ups: each member's own, under an id that the other never sees. Which two belong together, and what is
-- opened, follows from the instants; nothing of one stands in the row of the other.
create table checkups (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    member_id text not null references accounts (id) on delete cascade,
    -- A JSON object: statement ids, each with 0 to 4.
    answers text not null check (octet_length(answers) <= 4096),
    closeness integer check (closeness between 1 and 7),
    line text check (octet_length(line) between 1 and 2000),
    sharing text not null check (sharing in ('nothing', 'themes', 'answers')),
    -- 1 until it is finished, then null: NULLs are distinct in a unique key, so there is one unfinished a member.
    unfinished integer check (unfinished = 1),
    finished_at bigint,
    -- 1 when there was no confirmed partner then: it is shown to nobody who comes later.
    alone integer not null check (alone in (0, 1)),
    primary key (couple_id, id),
    unique (couple_id, member_id, unfinished),
    check ((unfinished is null) = (finished_at is not null))
);

-- So that removing one account does not walk through what all the others answered.
create index checkups_by_member on checkups (member_id);
