-- Review projects: questions that are frozen when they are drawn, and what several curators answer without seeing each other.
create table projects (
  organization uuid not null references organizations (id),
  id uuid not null,
  collection uuid not null,
  plan text not null, -- JSON, as it was asked for
  reviewers bigint not null, -- answers that an item takes
  state text not null,
  passed boolean not null, -- an expert's check did
  right_checks bigint not null, -- of the latest check
  wrong_checks bigint not null,
  guideline bigint not null, -- the newest version
  created_by text not null,
  created_at bigint not null,
  primary key (organization, id),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
create index projects_by_collection on projects (organization, collection);

-- Who works on it, by the name that they had then.
create table project_people (
  organization uuid not null references organizations (id),
  project uuid not null,
  person uuid not null,
  name text not null,
  chosen boolean not null, -- nobody else may, where anybody is
  primary key (organization, project, person),
  foreign key (organization, project) references projects (organization, id) on delete cascade
);

create table project_guidelines (
  organization uuid not null references organizations (id),
  project uuid not null,
  version bigint not null,
  text text not null, -- Markdown
  made_by text not null,
  made_at bigint not null,
  primary key (organization, project, version),
  foreign key (organization, project) references projects (organization, id) on delete cascade
);

create table project_items (
  organization uuid not null references organizations (id),
  project uuid not null,
  id uuid not null,
  position double precision not null,
  field text not null,
  question uuid not null,
  frozen text not null, -- JSON: the question as it was when it was drawn
  known text, -- JSON: the answer of a gold item
  state text not null,
  outcome text, -- JSON
  closed_how text,
  closed_by text,
  closed_at bigint,
  note text not null,
  job uuid, -- that settles its samples
  settled_at bigint,
  batch uuid, -- that settled them
  checked text, -- to_check or passed
  touched bigint not null, -- raised by whoever changes its answers: two of them wait for each other
  primary key (organization, project, id),
  unique (organization, project, field, question),
  foreign key (organization, project) references projects (organization, id) on delete cascade
);
create index project_items_by_state on project_items (organization, project, state, position);
create index project_items_by_batch on project_items (organization, batch);

-- A place in an item: assigned, held, or answered. An item has no more of them than it takes answers.
create table project_tasks (
  organization uuid not null references organizations (id),
  project uuid not null,
  item uuid not null,
  person uuid not null,
  until bigint not null, -- another may take it from then on
  shown_at bigint,
  skipped_at bigint,
  answered_at bigint,
  answer text, -- JSON
  note text not null,
  guideline bigint, -- the version that it was answered under
  primary key (organization, project, item, person),
  foreign key (organization, project, item) references project_items (organization, project, id) on delete cascade
);
create index project_tasks_by_person on project_tasks (organization, project, person);
