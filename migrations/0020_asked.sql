-- When the letter was last written that asks a mailbox whether it is somebody's: the link in it works for a day from then.
-- Null while none was.
alter table channels add column asked_at bigint;
