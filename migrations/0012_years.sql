-- What a year of a ritual came to, so that looking back over ten years reads sixty rows and not fifty thousand
-- logs. Kept with every log of an open couple; of a closed one there is none. `days` is JSON, a triple for each
-- date with a log: month * 100 + day, who (1 the first seat, 2 the second, 3 both), and the longer of their
-- minutes. `times` and `minutes` are sums over them.
create table years (
    couple_id text not null,
    year integer not null check (year between 1900 and 2199),
    ritual_id text not null,
    times integer not null check (times between 1 and 366),
    minutes integer not null check (minutes >= 0),
    days text not null,
    primary key (couple_id, year, ritual_id),
    foreign key (couple_id, ritual_id) references rituals (couple_id, id) on delete cascade
);

insert into years (couple_id, year, ritual_id, times, minutes, days)
select d.couple_id, cast(substr(d.date, 1, 4) as integer), d.ritual_id,
    cast(count(*) as integer), cast(sum(coalesce(d.minutes, 0)) as integer),
    '[' || string_agg(
        '[' || cast(cast(substr(d.date, 6, 2) as integer) * 100 + cast(substr(d.date, 9, 2) as integer) as text)
        || ',' || cast(d.who as text) || ',' || coalesce(cast(d.minutes as text), 'null') || ']',
        ',' order by d.date
    ) || ']'
from (
    select l.couple_id, l.ritual_id, l.date, max(l.minutes) as minutes, cast(sum(s.seat) as integer) as who
    from logs l
    join seats s on s.couple_id = l.couple_id and s.account_id = l.member_id and s.active = 1
    group by l.couple_id, l.ritual_id, l.date
) d
group by d.couple_id, substr(d.date, 1, 4), d.ritual_id;
