-- A point goes in with its metric's newest one, whose row names the run; PostgreSQL looked the run up for each point besides,
-- which took as long as writing it.

alter table run_metrics drop constraint run_metrics_organization_run_fkey; /* not on sqlite */
