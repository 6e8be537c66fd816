-- The search index of a feed (an organization's id, or 'shared'): segments are immutable objects, a manifest names
-- them, the head points at the newest. Publishing is one compare-and-set on `generation` by the job with the lease.

create table index_manifests (
  feed text not null,
  generation bigint not null,
  layout_version bigint not null,
  manifest_key text not null,
  changes_indexed bigint not null,
  documents bigint not null,
  size_bytes bigint not null,
  published_at bigint not null,
  primary key (feed, generation)
);

create table index_heads (
  feed text not null primary key,
  generation bigint not null
);
