-- What the samples of a dataset say together, the commonest values of each field: made again from its annotations and
-- curations whenever one of them may have changed.
create table dataset_sums (
  organization uuid not null references organizations (id),
  dataset uuid not null,
  changes bigint not null, -- how often values of its samples were written
  version uuid, -- of the dataset that was added up
  summed bigint, -- the changes that are in the sums, which hold while no more came
  sums text, -- JSON
  primary key (organization, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
