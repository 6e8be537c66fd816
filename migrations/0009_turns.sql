-- Whose turn it is: the number of the last claim of an organization's jobs. The smallest is served next, so that who
-- queued much does not keep the others waiting.
alter table organizations add column job_turn bigint not null default 0;

-- a list of jobs is newest first, by id
create index jobs_by_organization_and_id on jobs (organization, id);
-- what ended long ago is tidied away
create index jobs_by_end on jobs (ended_at);
