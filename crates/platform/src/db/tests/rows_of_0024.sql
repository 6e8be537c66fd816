-- What a deployment under schema 24 had beside the rows of schema 4: rules and questions were followed, somebody wrote about
-- a question, a project was drafted.
insert into review_values (organization, collection, field, id, dataset, attribute, words, sought, state, term, label, score, band, method,
  runner_up, reason, samples, waiting, sample) values
  (@1, @71, 'tissue', @201, @81, 'tissue', 'liver', 'liver liver uberon:0002107', 'present', 'UBERON:0002107', 'liver', 0.7, 14, 'both',
   null, null, 2, 2, @101);
insert into review_heads (organization, dataset, changes) values (@1, @81, 3);
insert into rule_heads (organization, dataset, changes) values (@1, @81, 2), (@2, @82, 1);
insert into comments (organization, id, collection, field, question, words, text, made_by, made_at) values
  (@1, @211, @71, 'tissue', @201, 'liver', 'Is it?', 'ada@example.org', 5);
insert into projects (organization, id, collection, plan, reviewers, state, passed, right_checks, wrong_checks, guideline, created_by, created_at) values
  (@1, @221, @71, '{}', 2, 'draft', false, 0, 0, 0, 'ada@example.org', 5);
