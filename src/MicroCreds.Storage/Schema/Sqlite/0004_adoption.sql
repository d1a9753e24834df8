-- What is known of partners' rules that were adopted here: as they were adopted, and as they were found changed.
CREATE TABLE source_rule (
  organisation TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  table_id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  document BLOB NOT NULL,
  PRIMARY KEY (organisation, rule_id, table_id, version)
) STRICT, WITHOUT ROWID;

-- How far a partner's publications were followed.
CREATE TABLE followed_partner (
  organisation TEXT NOT NULL PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE adoption_acknowledgement (
  table_id TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (table_id, rule_id)
) STRICT, WITHOUT ROWID;

-- A further kind of answer; a constraint is changed by writing the table anew.
CREATE TABLE change_request_next (
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL CHECK (length(request_id) = 36),
  content TEXT NOT NULL CHECK (length(content) = 43),
  kind TEXT NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table', 'adoption')),
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
