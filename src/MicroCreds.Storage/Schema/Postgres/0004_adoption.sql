-- What is known of partners' rules that were adopted here: as they were adopted, and as they were found changed.
CREATE TABLE source_rule (
  organisation TEXT COLLATE "C" NOT NULL,
  rule_id TEXT COLLATE "C" NOT NULL,
  table_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  document BYTEA NOT NULL,
  PRIMARY KEY (organisation, rule_id, table_id, version)
);

-- How far a partner's publications were followed.
CREATE TABLE followed_partner (
  organisation TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  cursor TEXT COLLATE "C" NOT NULL
);

CREATE TABLE adoption_acknowledgement (
  table_id TEXT COLLATE "C" NOT NULL,
  rule_id TEXT COLLATE "C" NOT NULL,
  document BYTEA NOT NULL,
  PRIMARY KEY (table_id, rule_id)
);

-- A further kind of answer; a constraint is changed by writing the table anew.
CREATE TABLE change_request_next (
  caller TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL CHECK (length(request_id) = 36),
  content TEXT COLLATE "C" NOT NULL CHECK (length(content) = 43),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table', 'adoption')),
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
