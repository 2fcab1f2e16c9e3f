-- Thank-yous from one to the other. The order is by date, then by a number of the couple's own, since an
-- instant would tell when somebody was here. `folded` is the text in lower case, for searching: engines
-- do not agree on what a lower-case letter is.
create table appreciations (
    couple_id text not null references couples (id) on delete cascade,
    id text not null check (octet_length(id) = 36),
    number bigint not null check (number > 0),
    member_id text not null references accounts (id) on delete cascade,
    text text not null check (octet_length(text) between 1 and 8000),
    folded text not null check (octet_length(folded) between 1 and 24000),
    date text not null check (octet_length(date) = 10),
    hearted integer not null check (hearted in (0, 1)),
    primary key (couple_id, id),
    unique (couple_id, date, number)
);

-- So that removing one account does not walk through what all the others wrote.
create index appreciations_by_member on appreciations (member_id);
