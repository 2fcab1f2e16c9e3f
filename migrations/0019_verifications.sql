-- Links in letters that only whoever reads a mailbox can follow: to choose a new password, or to sign in with another
-- address. Whether a forgotten password's address has an account is looked up when its letter is written, not when
-- it is asked for, so that asking takes equally long. `next_at` is when to write the letter, or to write it again;
-- `told_at` is when the mailbox that is to be left was told. One without a secret is over: it stays for some days, since
-- an account asks for only so many.
create table verifications (
    id text not null primary key check (octet_length(id) = 36),
    purpose text not null check (purpose in ('reset_password', 'change_email')),
    email text not null,
    account_id text references accounts (id) on delete cascade,
    secret_hash text unique check (octet_length(secret_hash) = 64),
    asked_at bigint not null,
    written_at bigint,
    tries integer not null check (tries >= 0),
    told_at bigint,
    next_at bigint,
    check ((secret_hash is null) = (written_at is null)),
    check (purpose = 'reset_password' or account_id is not null)
);
create index verifications_by_time on verifications (next_at);
create index verifications_by_email on verifications (email);
create index verifications_by_account on verifications (account_id);
create index verifications_by_age on verifications (asked_at);

-- Letters that anybody can ask for, by the digest of their mailbox: only so many are written. They are forgotten after a day,
-- and not with an account: else one could be made and erased for more.
create table letters (
    mailbox text not null check (octet_length(mailbox) = 64),
    kind text not null check (kind in ('confirmation', 'password_reset', 'change_of_address', 'notice_of_change')),
    written_at bigint not null
);
create index letters_by_mailbox on letters (mailbox, kind, written_at);
create index letters_by_age on letters (written_at);
