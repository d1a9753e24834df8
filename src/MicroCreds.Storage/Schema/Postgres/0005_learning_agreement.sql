-- Learning agreements: what happened to each, oldest first. Nothing is rewritten; the columns beside the documents serve lists.
CREATE TABLE learning_agreement (
  agreement_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  learner TEXT COLLATE "C" NOT NULL CHECK (length(learner) = 43),
  programme TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C" NOT NULL
);

CREATE INDEX learning_agreement_by_learner ON learning_agreement (learner, agreement_id);

CREATE TABLE learning_agreement_event (
  agreement_id TEXT COLLATE "C" NOT NULL REFERENCES learning_agreement (agreement_id),
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  document BYTEA NOT NULL,
  PRIMARY KEY (agreement_id, sequence)
);

-- A further kind of answer; a constraint is changed by writing the table anew.
CREATE TABLE change_request_next (
  caller TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL CHECK (length(request_id) = 36),
  content TEXT COLLATE "C" NOT NULL CHECK (length(content) = 43),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table', 'adoption', 'learning_agreement')),
  subject TEXT COLLATE "C" NOT NULL,
  place BIGINT NOT NULL CHECK (place >= 0),
  answer BYTEA,
  first_used_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, request_id),
  CHECK ((answer IS NOT NULL) = (kind IN ('equivalence_draft', 'grade_table', 'adoption')))
);

INSERT INTO change_request_next (caller, request_id, content, kind, subject, place, answer, first_used_time)
SELECT caller, request_id, content, kind, subject, place, answer, first_used_time FROM change_request;

DROP TABLE change_request;

ALTER TABLE change_request_next RENAME TO change_request;
