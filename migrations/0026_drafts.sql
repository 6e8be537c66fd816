-- Raised with each change of a draft: of two who change it at once the second is told.
alter table projects add column version bigint not null default 1;
