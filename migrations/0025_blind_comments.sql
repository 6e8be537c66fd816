-- Who wrote a comment, as an id: while a question is answered blind, its author alone reads it. Nobody is known for older ones.
alter table comments add column author uuid;

create index comments_by_question_alone on comments (organization, question);

-- Whether a question is an item that several answer without seeing each other.
create index project_items_by_question on project_items (organization, question);
