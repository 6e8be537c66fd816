-- A token that another token made ends with it. No foreign key: its parent is of the same organization, and both go
-- when that is erased.
alter table tokens add column parent uuid;
create index tokens_by_parent on tokens (organization, parent);
