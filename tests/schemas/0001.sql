pragma foreign_keys = off;
pragma application_id = 1213355080;
begin;

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
insert into _sqlx_migrations values (1, 'the house', '2026-11-23 00:42:49', 1, X'82EB5F9DDA546F63CE7F7D8830BFE867CBEB40BF7B3E57012D90777A9CD10C72E32904B04BCE1659446EEA670FC68697', 7630577);

CREATE TABLE accounts (
    id text not null primary key check (octet_length(id) = 36),
    email text not null unique check (octet_length(email) between 3 and 1016),
    password_hash text not null check (octet_length(password_hash) <= 512),
    name text not null check (octet_length(name) between 1 and 320),
    time_zone text not null check (octet_length(time_zone) between 1 and 64),
    share_time_zone integer not null check (share_time_zone in (0, 1)),
    created_at bigint not null
);
insert into accounts values ('160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'ada@example.org', '$argon2id$v=19$m=8,t=1,p=1$f28szbI/Krt7aSeOlHwBxg$qlSqcPWMB7plsIfEh2rmKWC+DU0UfVysoBW3t+4iYqE', 'Ada', 'Europe/Oslo', 0, 1795028400000);
insert into accounts values ('c6ffc0c4-f305-41c0-9703-84a5922d9ea1', 'dora@example.org', '$argon2id$v=19$m=8,t=1,p=1$h6l3l0iIjaXZa7vOBBtRCQ$6VJ91YFu60rcHn2bBPCoNMFPDlWOmjU13Sl7v4Osz/o', 'Dora', 'Asia/Tokyo', 0, 1795028400000);
insert into accounts values ('dac94832-5ac1-4f6d-9325-64371735f32c', 'ben@example.org', '$argon2id$v=19$m=8,t=1,p=1$YRgw02QaaPlKaQ3MJdH0sA$1Oh6ym3szW5jmXj5NpNkZk1EG/RId3ZQNmhsImvqi+4', 'Ben', 'America/New_York', 1, 1795028400000);
insert into accounts values ('fdddc998-1a36-49fb-80a5-cd9eb30f3374', 'cleo@example.org', '$argon2id$v=19$m=8,t=1,p=1$smC4oQNDv1pdrLTx0y0GxA$E4shDl6JKlftUQqOy+26hACAWFaxn1UQpzS3eYF+XK8', 'Cleo', 'Australia/Sydney', 0, 1795028400000);

CREATE TABLE couples (
    id text not null primary key check (octet_length(id) = 36),
    name text check (octet_length(name) between 1 and 320),
    day_start text not null check (octet_length(day_start) = 5),
    week_start text not null check (week_start in ('mon', 'sun', 'sat')),
    together_since text check (octet_length(together_since) = 10),
    created_at bigint not null,
    -- Set when somebody left: nobody reads or joins it any more.
    closed_at bigint
);
insert into couples values ('0536c38c-ced7-4faa-a867-be3cfbbd3d42', 'Again', '04:00', 'mon', NULL, 1795028400000, NULL);
insert into couples values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'Ada & Ben', '05:00', 'mon', '2019-06-01', 1795028400000, NULL);
insert into couples values ('de97d862-4a43-4121-b86a-1956544bd72e', NULL, '04:00', 'mon', NULL, 1795028400000, 1795028400000);

CREATE TABLE invitations (
    couple_id text not null primary key references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    code_hash text not null unique check (octet_length(code_hash) = 64),
    expires_at bigint not null
);
insert into invitations values ('0536c38c-ced7-4faa-a867-be3cfbbd3d42', '99914337-439e-4664-bc7b-d4b0ee76ee49', 'dd0d5179daf6025bf7081d2389d8669c230d485c53991434967098a399ba0424', 1795114800000);

CREATE TABLE logs (
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
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '2026-11-22', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 0, NULL, 'warm', 'shared', 1795374000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '2026-11-25', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795633200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '2026-11-30', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796065200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '2026-12-03', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796324400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '2026-12-11', 'dac94832-5ac1-4f6d-9325-64371735f32c', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1797015600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-11-26', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795719600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-11-26', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795719600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-12-04', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796410800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-12-04', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796410800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-12-12', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1797102000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '2026-12-12', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1797102000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-11-20', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 0, NULL, 'warm', 'shared', 1795201200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-11-22', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, 'For myself: ask about the letter.', NULL, 'private', 1795374000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-11-25', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1795633200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-11-28', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795892400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-12-03', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796324400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-12-06', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796583600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '2026-12-11', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1797015600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '2026-11-19', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1795114800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '2026-11-22', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795374000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '2026-11-30', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796065200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '2026-12-08', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796756400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '2026-12-11', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, 'For myself: ask about the letter.', NULL, 'private', 1797015600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-18', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, 'For myself: ask about the letter.', NULL, 'private', 1795028400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-18', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795028400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-19', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795114800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-19', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795114800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-21', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795287600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-21', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1795287600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-22', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795374000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-22', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795374000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-24', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795546800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-24', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795546800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-25', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795633200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-25', 'dac94832-5ac1-4f6d-9325-64371735f32c', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1795633200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-26', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 0, NULL, 'warm', 'shared', 1795719600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-26', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795719600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-27', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795806000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-27', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795806000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-29', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795978800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-29', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795978800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-30', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796065200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-11-30', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796065200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-02', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796238000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-02', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796238000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-03', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796324400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-03', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, 'For myself: ask about the letter.', NULL, 'private', 1796324400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-05', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796497200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-05', 'dac94832-5ac1-4f6d-9325-64371735f32c', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796497200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-07', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796670000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-07', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796670000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-08', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, 'For myself: ask about the letter.', NULL, 'private', 1796756400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-08', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796756400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-10', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796929200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-10', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796929200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-11', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1797015600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '2026-12-11', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1797015600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-18', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1795028400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-18', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795028400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-19', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795114800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-19', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1795114800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-20', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795201200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-20', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795201200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-21', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795287600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-21', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, 'For myself: ask about the letter.', NULL, 'private', 1795287600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-22', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795374000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-22', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795374000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-24', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 0, NULL, 'warm', 'shared', 1795546800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-24', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795546800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-25', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795633200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-25', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795633200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-27', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795806000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-27', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795806000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-28', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1795892400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-28', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1795892400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-29', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1795978800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-29', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1795978800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-30', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796065200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-11-30', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796065200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-01', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796151600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-01', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, 'For myself: ask about the letter.', NULL, 'private', 1796151600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-02', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796238000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-02', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796238000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-03', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796324400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-03', 'dac94832-5ac1-4f6d-9325-64371735f32c', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796324400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-05', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796497200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-05', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796497200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-06', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, 'For myself: ask about the letter.', NULL, 'private', 1796583600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-06', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796583600000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-07', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796670000000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-07', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796670000000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-08', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 20, 'It''s "ours";
we talked about the sea.', NULL, 'shared', 1796756400000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-08', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796756400000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-09', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796842800000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-09', 'dac94832-5ac1-4f6d-9325-64371735f32c', 0, NULL, 'warm', 'shared', 1796842800000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-10', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1796929200000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-10', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, NULL, NULL, 'shared', 1796929200000, 'America/New_York');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-11', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', NULL, NULL, NULL, 'shared', 1797015600000, 'Europe/Oslo');
insert into logs values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '2026-12-11', 'dac94832-5ac1-4f6d-9325-64371735f32c', NULL, 'For myself: ask about the letter.', NULL, 'private', 1797015600000, 'America/New_York');
insert into logs values ('de97d862-4a43-4121-b86a-1956544bd72e', '3e2526d7-ab5b-488f-82e0-114e33c959dc', '2026-11-18', 'fdddc998-1a36-49fb-80a5-cd9eb30f3374', NULL, 'The last one.', NULL, 'shared', 1795028400000, 'Australia/Sydney');

CREATE TABLE rests (
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
insert into rests values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '80c7aeb9-bc63-449e-a5e3-b3d0bbf22577', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', 0, '2026-12-08', NULL);
insert into rests values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '93e6dbb1-184c-4a48-85bd-5e923b284529', '7f895334-e82e-4443-b449-2777ddd8e585', 1, '2026-11-18', NULL);
insert into rests values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b9cd8080-d443-4550-9d00-b307abbb1cfa', NULL, 0, '2026-11-27', '2026-11-30');

CREATE TABLE rituals (
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
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '065b989f-66fc-45a5-bdb7-a158d9ee8c53', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Our ritual', 'rituals', 'either', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"every","days":5},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-08","fold":{"run":{"count":4,"since":"2026-11-18","unit":"period"},"clear":{"count":4,"since":"2026-11-18","unit":"period"},"best":4,"kept":4,"free":0,"strength":0.37929525326285013}}', '2026-12-08', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '2c1539f3-e517-4a35-9ef3-7739accd2ab9', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Our ritual', 'rituals', 'either', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"monthly","times":2},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-01","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":0,"strength":0.0}}', '2026-12-01', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '4046bc64-ba91-4693-a7a8-6d76f9b920da', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Nightly check-in', 'conversation', 'both', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"daily"},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]}]', '{"next":"2026-11-18","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":0,"strength":0.0}}', '2026-11-18', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '7f895334-e82e-4443-b449-2777ddd8e585', 'dac94832-5ac1-4f6d-9325-64371735f32c', 'Nightly check-in', 'conversation', 'both', 'off', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"daily"},"week_start":"mon"}]', '[{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-11-18","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":0,"strength":0.0}}', '2026-11-18', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '8ef869d5-8b76-4313-b288-8564e76b0041', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Date night', 'time_together', 'either', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"weekly","times":1},"week_start":"mon"},{"from":"2026-12-07","cadence":{"kind":"weekly","times":2},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-07","fold":{"run":{"count":3,"since":"2026-11-18","unit":"week"},"clear":{"count":3,"since":"2026-11-18","unit":"week"},"best":3,"kept":3,"free":0,"strength":0.34505666117950495}}', '2026-12-07', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', '9c6b22ff-74e2-4e37-bdd0-43b07ca2255e', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Our ritual', 'rituals', 'either', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"anytime"},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-10","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":4,"strength":0.0}}', '2026-12-10', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'b6996523-3cbd-4536-ab02-0e6a0cdc14e9', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Our ritual', 'rituals', 'both', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"weekdays","days":["mon","wed"]},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-10","fold":{"run":{"count":4,"since":"2026-11-25","unit":"day"},"clear":{"count":0,"since":null,"unit":null},"best":5,"kept":5,"free":0,"strength":0.349956457110528}}', '2026-12-10', NULL, 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'ef5645b1-d5f3-4c23-bc53-0da222a14ed5', 'dac94832-5ac1-4f6d-9325-64371735f32c', 'Nightly check-in', 'conversation', 'both', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"daily"},"week_start":"mon"}]', '[{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"declined","intervals":[]}]', '{"next":"2026-11-18","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":0,"strength":0.0}}', '2026-11-18', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 1795028400000);
insert into rituals values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 'f86cdec6-eb4d-42fd-9e61-af1e42df066c', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 'Nightly check-in', 'conversation', 'both', 'gentle', 'after tea', 10, '[{"from":"2026-11-18","cadence":{"kind":"daily"},"week_start":"mon"}]', '[{"member":"160a31cf-02c1-4d06-90f6-e5ab1d768b95","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]},{"member":"dac94832-5ac1-4f6d-9325-64371735f32c","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":"2026-11-18"}]}]', '{"next":"2026-12-10","fold":{"run":{"count":14,"since":"2026-11-24","unit":"day"},"clear":{"count":5,"since":"2026-12-05","unit":"day"},"best":14,"kept":19,"free":0,"strength":0.6027117730254038}}', '2026-12-10', NULL, 1795028400000);
insert into rituals values ('de97d862-4a43-4121-b86a-1956544bd72e', '3e2526d7-ab5b-488f-82e0-114e33c959dc', 'fdddc998-1a36-49fb-80a5-cd9eb30f3374', 'Our ritual', 'rituals', 'either', 'gentle', NULL, NULL, '[{"from":"2026-11-18","cadence":{"kind":"anytime"},"week_start":"mon"}]', '[{"member":"fdddc998-1a36-49fb-80a5-cd9eb30f3374","answer":"yes","intervals":[{"since":"2026-11-18","until":null,"agreed_on":null}]}]', '{"next":"2026-11-18","fold":{"run":{"count":0,"since":null,"unit":null},"clear":{"count":0,"since":null,"unit":null},"best":0,"kept":0,"free":0,"strength":0.0}}', '2026-11-18', NULL, 1795028400000);

CREATE TABLE seats (
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
insert into seats values ('0536c38c-ced7-4faa-a867-be3cfbbd3d42', 1, 'fdddc998-1a36-49fb-80a5-cd9eb30f3374', 1, NULL);
insert into seats values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 1, '160a31cf-02c1-4d06-90f6-e5ab1d768b95', 1, NULL);
insert into seats values ('1fbec814-b18b-4d4c-beaa-7cec41007e04', 2, 'dac94832-5ac1-4f6d-9325-64371735f32c', 1, NULL);
insert into seats values ('de97d862-4a43-4121-b86a-1956544bd72e', 1, 'fdddc998-1a36-49fb-80a5-cd9eb30f3374', NULL, NULL);
insert into seats values ('de97d862-4a43-4121-b86a-1956544bd72e', 2, 'c6ffc0c4-f305-41c0-9703-84a5922d9ea1', NULL, NULL);

CREATE TABLE tokens (
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
insert into tokens values ('117be1de-549d-4d43-a2c4-711f11efa0c5', '160a31cf-02c1-4d06-90f6-e5ab1d768b95', '1b9062bb56d1b8c4a4f743ee0ef0c513da74e7549cb971bb84a7c5a409f51a11', NULL, '["read","log","manage"]', 1795028400000, 1810580400000, '2026-12-13');
insert into tokens values ('54743dc5-e24d-4a41-bb15-9584c1226df6', 'dac94832-5ac1-4f6d-9325-64371735f32c', 'f59414d453c9cc9cbfcbf4fd59191142c26590aeaeb2268ffff85c2cb76afb6e', NULL, '["read","log","manage"]', 1795028400000, 1810580400000, '2026-12-13');
insert into tokens values ('9e5da3bc-763d-419a-b9b4-585c805f8532', 'fdddc998-1a36-49fb-80a5-cd9eb30f3374', '17dd19f9202b6310bf37ca6c35bca4d879b339b4eadba82b79ca951ef0b6cfdf', NULL, '["read","log","manage"]', 1795028400000, 1810580400000, '2026-12-13');
insert into tokens values ('bca72827-7011-4da4-90d0-31f6e89a509e', 'c6ffc0c4-f305-41c0-9703-84a5922d9ea1', 'c7e4796d6473abf96298d699a75866a17fe7686e78175afc9c57a79f63fbf205', NULL, '["read","log","manage"]', 1795028400000, 1810580400000, '2026-11-18');

commit;
