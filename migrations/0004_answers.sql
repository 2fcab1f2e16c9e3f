-- Answers to POSTs that came with an `Idempotency-Key`, kept for a day so that a request which is sent
-- again finds its answer instead of doing the same thing twice. They hold the couple's words: they go
-- with the account, with the couple, and with whatever they tell of.
create table answers (
    account_id text not null references accounts (id) on delete cascade,
    key text not null check (octet_length(key) between 1 and 255),
    couple_id text references couples (id) on delete cascade,
    fingerprint text not null check (octet_length(fingerprint) = 64),
    status integer not null check (status between 200 and 299),
    body text not null,
    expires_at bigint not null,
    primary key (account_id, key),
    unique (couple_id, account_id, key),
    unique (expires_at, account_id, key)
);
