-- Learning agreements: what happened to each, oldest first. Nothing is rewritten; the columns beside the documents serve lists.
CREATE TABLE learning_agreement (
  agreement_id TEXT NOT NULL PRIMARY KEY,
  learner TEXT NOT NULL CHECK (length(learner) = 43),
  programme TEXT NOT NULL,
  host TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX learning_agreement_by_learner ON learning_agreement (learner, agreement_id);

CREATE TABLE learning_agreement_event (
  agreement_id TEXT NOT NULL REFERENCES learning_agreement (agreement_id),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  document BLOB NOT NULL,
  PRIMARY KEY (agreement_id, sequence)
) STRICT, WITHOUT ROWID;

-- A further kind of answer; a constraint is changed by writing the table anew.
CREATE TABLE change_request_next (
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL CHECK (length(request_id) = 36),
  content TEXT NOT NULL CHECK (length(content) = 43),
  kind TEXT NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table', 'adoption', 'learning_agreement')),
  subject TEXT NOT NULL,
  place INTEGER NOT NULL CHECK (place >= 0),
  answer BLOB,
  first_used_time TEXT NOT NULL,
  PRIMARY KEY (caller, request_id),
  CHECK ((answer IS NOT NULL) = (kind IN ('equivalence_draft', 'grade_table', 'adoption')))
) STRICT, WITHOUT ROWID;

INSERT INTO change_request_next (caller, request_id, content, kind, subject, place, answer, first_used_time)
SELECT caller, request_id, content, kind, subject, place, answer, first_used_time FROM change_request;

DROP TABLE change_request;

ALTER TABLE change_request_next RENAME TO change_request;
