-- The page of a thing tells what was done to it.
create index audit_log_by_object on audit_log (organization, object_kind, object, id);
