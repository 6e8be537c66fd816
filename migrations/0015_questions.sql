-- The question that a decision answers, where one was asked: however many samples say the same, an annotator was judged
-- once. Older decisions name none, and what says the same in a batch counts as one there.
alter table curations add column question uuid;
