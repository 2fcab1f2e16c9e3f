-- A member's calendar feed: whoever holds its secret reads it, without a token. It is of one couple, and goes when that
-- closes: an address that somebody once handed on must not show what comes after.
create table feeds (
    couple_id text not null references couples (id) on delete cascade,
    member_id text not null references accounts (id) on delete cascade,
    secret_hash text not null unique check (octet_length(secret_hash) = 64),
    details integer not null check (details in (0, 1)),
    created_at bigint not null,
    primary key (couple_id, member_id)
);
create index feeds_by_member on feeds (member_id);
