-- Phones-down sessions. `running` is 1 or null: nulls are distinct in a unique key, so somebody begins one at
-- a time, and what is due is found by when it ends without a look at what is over. What is left of a session
-- is its log: a row stays until whoever began it begins another.
create table presence (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    ritual_id text not null check (octet_length(ritual_id) = 36),
    starter_id text not null references accounts (id) on delete cascade,
    together integer not null check (together in (0, 1)),
    minutes integer not null check (minutes between 1 and 720),
    started_at bigint not null,
    running integer check (running = 1),
    -- When it ended; while it runs, when it will end by itself.
    ends_at bigint not null,
    by_itself integer not null check (by_itself in (0, 1)),
    primary key (couple_id, id),
    unique (starter_id, running),
    unique (running, ends_at, couple_id, id),
    unique (couple_id, ritual_id, id),
    check (ends_at >= started_at),
    check (running is null or by_itself = 0),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade
);
