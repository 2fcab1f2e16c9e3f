-- Counts the writes that may change what a member sees of their couple: who looks again and finds the number
-- unchanged gets the same answer, and nothing is read for it. What one of the two wrote alone counts for them only.
alter table seats add column version bigint not null default 0 check (version >= 0);
