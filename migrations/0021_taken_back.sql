-- What a batch decides about, and what became of it after it was applied. A batch is taken back and put back; so is what it
-- decided about one field of a sample. Who did it and why stays.

-- Counted when a batch is applied, so that lists of batches are narrowed without reading their rows.
create table batch_parts (
  organization uuid not null references organizations (id),
  batch uuid not null,
  collection uuid not null,
  field text not null,
  samples bigint not null,
  primary key (organization, batch, collection, field),
  foreign key (organization, batch) references curation_batches (organization, id),
  foreign key (organization, collection) references collections (organization, id)
);
create index batch_parts_by_collection on batch_parts (organization, collection, field, batch);

insert into batch_parts (organization, batch, collection, field, samples)
select c.organization, c.batch, s.collection, c.field, count(distinct c.sample)
from curations c
join curation_batches b on b.organization = c.organization and b.id = c.batch
join samples s on s.organization = c.organization and s.id = c.sample
where b.applied_at is not null
group by c.organization, c.batch, s.collection, c.field;

-- A decision that does not count, though its batch does. By sample first, as curations are read.
create table curation_withdrawals (
  organization uuid not null references organizations (id),
  sample uuid not null,
  batch uuid not null,
  field text not null,
  made_at bigint not null,
  made_by text not null,
  why text not null,
  primary key (organization, sample, batch, field),
  foreign key (organization, batch) references curation_batches (organization, id),
  foreign key (organization, sample) references samples (organization, id) on delete cascade
);
create index curation_withdrawals_by_batch on curation_withdrawals (organization, batch);

-- Rows are only ever added.
create table batch_events (
  organization uuid not null references organizations (id),
  batch uuid not null,
  id uuid not null,
  act text not null, -- taken_back, put_back
  sample uuid, -- of one decision; none: of the whole batch
  field text,
  made_at bigint not null,
  made_by text not null,
  why text not null,
  primary key (organization, batch, id),
  foreign key (organization, batch) references curation_batches (organization, id)
);

-- What was taken back until now.
insert into batch_events (organization, batch, id, act, made_at, made_by, why)
select organization, id, id, 'taken_back', reverted_at, coalesce(reverted_by, ''), coalesce(reverted_why, '')
from curation_batches where reverted_at is not null;
