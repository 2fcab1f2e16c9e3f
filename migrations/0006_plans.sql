-- The next occasion of a ritual, or without one a countdown of its own, which then has a title. `number` is
-- the couple's own: whoever did not plan the newest plans next, and an instant would tell too much.
create table plans (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    number bigint not null check (number > 0),
    ritual_id text check (octet_length(ritual_id) = 36),
    date text not null check (octet_length(date) = 10),
    at text check (octet_length(at) = 5),
    title text check (octet_length(title) between 1 and 480),
    title_by text check (octet_length(title_by) = 36),
    planner_id text not null check (octet_length(planner_id) = 36),
    primary key (couple_id, id),
    unique (couple_id, number),
    -- For reading those of a day and after it, soonest first.
    unique (couple_id, date, id),
    -- For a ritual that goes, and with it its plans.
    unique (couple_id, ritual_id, number),
    check (ritual_id is not null or title is not null),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade
);

-- What is changed can now be a plan too. Which kinds there are is the program's to know, as it is with
-- actions and fields: the table is made anew without a list of them.
alter table changes rename to changes_before;
create table changes (
    couple_id text not null references couples (id) on delete cascade,
    number bigint not null check (number > 0),
    member_id text not null references accounts (id) on delete cascade,
    date text not null check (octet_length(date) = 10),
    kind text not null check (octet_length(kind) <= 16),
    id text not null check (octet_length(id) = 36),
    -- The ritual it is about, which may be gone; and, once it is gone, whoever had declined it.
    ritual_id text check (octet_length(ritual_id) = 36),
    declined_by text check (octet_length(declined_by) = 36),
    action text not null check (octet_length(action) <= 16),
    -- A JSON list of names.
    fields text not null check (octet_length(fields) <= 256),
    primary key (couple_id, number)
);
insert into changes select * from changes_before;
drop table changes_before;
create index changes_by_member on changes (member_id);
