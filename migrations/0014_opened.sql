-- When a check-up was opened by the one that belongs to it: the same instant in both, and in neither the other's
-- name. So one that is dropped parts, joins and seals nothing of what is left. Null while nothing belongs to it, and
-- in those that were finished before this was kept: which of them belong together follows from when they were.
alter table checkups add column opened_at bigint;
