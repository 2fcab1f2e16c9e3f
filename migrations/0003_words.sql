-- Who wrote a ritual's words last: they go when their writer is erased. Until now, take it to be whoever
-- proposed the ritual.
alter table rituals add column title_by text check (octet_length(title_by) = 36);
alter table rituals add column cue_by text check (octet_length(cue_by) = 36);
update rituals set title_by = proposed_by;
update rituals set cue_by = proposed_by where cue is not null;

-- What a member was called when the couple closed: from then on nothing flows, not even a new name.
alter table seats add column closing_name text check (octet_length(closing_name) between 1 and 320);
update seats set closing_name = (select name from accounts where accounts.id = seats.account_id)
where active is null;

-- So that removing one account does not walk through what all the others wrote.
create index rituals_by_proposer on rituals (proposed_by);
create index logs_by_member on logs (member_id);
create index changes_by_member on changes (member_id);
