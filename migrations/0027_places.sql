-- Where in its dataset a question is asked, so that a decision reads these samples and not all of them.
alter table review_values add column places text; -- runs of positions: 0-15,40

-- Questions that a job is deciding: nobody gets them as the next one, and nobody decides them meanwhile. A row whose job has
-- ended means nothing.
create table review_settling (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  question uuid not null,
  job uuid not null references jobs (id) on delete cascade,
  primary key (organization, collection, field, question),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
create index review_settling_by_job on review_settling (job);
