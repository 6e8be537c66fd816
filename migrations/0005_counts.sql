-- How many rows an organization has in `samples`, kept by the transactions that write and sweep them: counting a table
-- of millions for a quota would hold SQLite's writer for seconds.
alter table organizations add column samples bigint not null default 0;
update organizations set samples = (select count(*) from samples s where s.organization = organizations.id);
-- Waiting and running jobs of an organization, without reading those that ended.
create index jobs_by_state_and_organization on jobs (state, organization);
