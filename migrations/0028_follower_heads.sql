-- How often values of a dataset were written when a follower last looked at it: one table for every room that follows values.
create table follower_heads (
  organization uuid not null references organizations (id),
  follower text not null, -- the kind of its job
  dataset uuid not null,
  changes bigint not null,
  primary key (organization, follower, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
create index follower_heads_by_dataset on follower_heads (organization, dataset);

insert into follower_heads (organization, follower, dataset, changes)
select organization, 'rules', dataset, changes from rule_heads;
drop table rule_heads;

-- Questions are gathered once more: they learn their places.
drop table review_heads;
