-- What was said to the questions of the day. The question of a date is derived from the couple and the date,
-- and never stored: only an answer knows which one it answered.
create table prompt_answers (
    couple_id text not null references couples (id) on delete cascade,
    date text not null check (octet_length(date) = 10),
    member_id text not null references accounts (id) on delete cascade,
    prompt_id text not null check (octet_length(prompt_id) between 1 and 64),
    -- Nothing when they passed.
    words text check (octet_length(words) between 1 and 16000),
    -- Written while there was no confirmed partner: never revealed.
    alone integer not null check (alone in (0, 1)),
    primary key (couple_id, date, member_id)
);

-- So that removing one account does not walk through what all the others said.
create index prompt_answers_by_member on prompt_answers (member_id);
