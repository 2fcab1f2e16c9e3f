-- Nudges from partner to partner. Who is nudged allows it for each ritual. `nudge_at` is when one is to go out, while it
-- waits; `nudged_on` is the date of theirs on which the last one went out.
alter table reminders add column nudges integer not null default 0 check (nudges in (0, 1));
alter table reminders add column nudge_at bigint;
alter table reminders add column nudged_on text check (octet_length(nudged_on) = 10);

-- An occasion may be a nudge. One at the same minute as a reminder of one's own is another occasion.
alter table occasions rename to occasions_before;
create table occasions (
    couple_id text not null,
    ritual_id text not null,
    member_id text not null,
    date text not null check (octet_length(date) = 10),
    at text not null check (octet_length(at) = 5),
    kind text not null check (kind in ('time', 'last', 'nudge')),
    foreign key (couple_id, ritual_id, member_id) references reminders on delete cascade
);
insert into occasions (couple_id, ritual_id, member_id, date, at, kind)
    select couple_id, ritual_id, member_id, date, at, kind from occasions_before;
drop table occasions_before;
create unique index occasions_once on occasions (couple_id, ritual_id, member_id, date, at, (kind = 'nudge'));
