-- Where somebody's reminders go. `secret` is the token of a protected topic, what a webhook is signed with, or the word in
-- the links of letters. Nothing but the question whether it is theirs goes to an address that is not confirmed.
create table channels (
    account_id text not null references accounts (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    kind text not null check (kind in ('email', 'ntfy', 'webhook')),
    address text not null check (octet_length(address) <= 8192),
    secret text check (octet_length(secret) <= 256),
    details integer not null check (details in (0, 1)),
    enabled integer not null check (enabled in (0, 1)),
    confirmed integer not null check (confirmed in (0, 1)),
    created_at bigint not null,
    last_success_at bigint,
    last_failure_at bigint,
    last_failure text check (octet_length(last_failure) <= 256),
    primary key (account_id, id),
    check ((last_failure_at is null) = (last_failure is null))
);
create index channels_by_secret on channels (secret);

-- What somebody is to be told: which occasions, never in which words. Those are found when it is sent, by what then
-- is theirs to do, so that nothing private waits here and nothing late is said.
create table messages (
    account_id text not null references accounts (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    items text not null,
    created_at bigint not null,
    primary key (account_id, id)
);
create index messages_by_age on messages (created_at);

-- A message on its way to a channel, at most one each. `next_at` is when to try next; null when it arrived or was
-- given up.
create table deliveries (
    account_id text not null,
    message_id text not null,
    channel_id text not null,
    tries integer not null check (tries >= 0),
    next_at bigint,
    delivered integer not null check (delivered in (0, 1)),
    primary key (account_id, message_id, channel_id),
    foreign key (account_id, message_id) references messages on delete cascade,
    foreign key (account_id, channel_id) references channels on delete cascade,
    check (delivered = 0 or next_at is null)
);
create index deliveries_by_time on deliveries (next_at);
create index deliveries_by_channel on deliveries (account_id, channel_id);
