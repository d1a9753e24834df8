-- One institution's store. No table has a tenant column: a file is one institution.
-- Days are ISO 8601 dates; instants are ISO 8601 in UTC with seven decimals, so that text order is time order.
-- Documents are the domain's JSON form (DomainJson) and are what counts; columns beside them serve lookups and constraints.

-- Whose store this is: another institution must not sign into these streams.
CREATE TABLE institution (
  singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
  organisation TEXT NOT NULL
) STRICT;

-- Numbers that others may rely on being gapless come from here, in the transaction that uses them, never from a rowid.
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO counter (name, value) VALUES ('case_change', 0);

-- Answers given, so that a repeated request gets the same one. `place` is the event count of the case or the version of the table.
CREATE TABLE change_request (
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL CHECK (length(request_id) = 36),
  content TEXT NOT NULL CHECK (length(content) = 43),
  kind TEXT NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table')),
  subject TEXT NOT NULL,
  place INTEGER NOT NULL CHECK (place >= 0),
  answer BLOB,
  first_used_time TEXT NOT NULL,
  PRIMARY KEY (caller, request_id),
  CHECK ((answer IS NOT NULL) = (kind IN ('equivalence_draft', 'grade_table')))
) STRICT, WITHOUT ROWID;

CREATE TABLE recognition_case (
  case_id TEXT NOT NULL PRIMARY KEY CHECK (length(case_id) = 32),
  learner TEXT NOT NULL CHECK (length(learner) = 43),
  submitted_by TEXT NOT NULL,
  programme TEXT NOT NULL,
  target_unit TEXT NOT NULL,
  state TEXT NOT NULL,
  assignee TEXT NOT NULL,
  achievement_title TEXT NOT NULL,
  due_date TEXT CHECK (length(due_date) = 10),
  due_key TEXT NOT NULL GENERATED ALWAYS AS (coalesce(due_date, '~')) VIRTUAL, -- '~' sorts behind every date
  outcome TEXT,
  submitted_time TEXT NOT NULL,
  updated_time TEXT NOT NULL,
  event_count INTEGER NOT NULL CHECK (event_count >= 1)
) STRICT, WITHOUT ROWID;

-- Few indexes on purpose: case ids are random, so each costs a page per opened case. A list of all states walks this one once per state.
CREATE INDEX recognition_case_by_state ON recognition_case (state, due_key, case_id);
CREATE INDEX recognition_case_by_submitter ON recognition_case (submitted_by, due_key, case_id);

-- Gapless by constraint: each event refers to the one before it.
CREATE TABLE case_event (
  case_id TEXT NOT NULL REFERENCES recognition_case (case_id),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  previous_sequence INTEGER GENERATED ALWAYS AS (nullif(sequence - 1, 0)) VIRTUAL,
  document BLOB NOT NULL,
  PRIMARY KEY (case_id, sequence),
  FOREIGN KEY (case_id, previous_sequence) REFERENCES case_event (case_id, sequence)
) STRICT;

-- One decision per version and case, versions gapless.
CREATE TABLE decision (
  case_id TEXT NOT NULL REFERENCES recognition_case (case_id),
  version INTEGER NOT NULL CHECK (version >= 1),
  previous_version INTEGER GENERATED ALWAYS AS (nullif(version - 1, 0)) VIRTUAL,
  event_sequence INTEGER NOT NULL,
  PRIMARY KEY (case_id, version),
  FOREIGN KEY (case_id, previous_version) REFERENCES decision (case_id, version),
  FOREIGN KEY (case_id, event_sequence) REFERENCES case_event (case_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE credential_file (
  digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 43),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE case_credential (
  case_id TEXT NOT NULL REFERENCES recognition_case (case_id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
  digest TEXT NOT NULL REFERENCES credential_file (digest),
  PRIMARY KEY (case_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_entry (
  case_id TEXT NOT NULL REFERENCES recognition_case (case_id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
  learner TEXT NOT NULL CHECK (length(learner) = 43),
  credits_hundredths INTEGER NOT NULL CHECK (credits_hundredths BETWEEN 0 AND 36000),
  document BLOB NOT NULL,
  PRIMARY KEY (case_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_entry_by_learner ON ledger_entry (learner, case_id, ordinal);

CREATE TABLE case_change (
  cursor INTEGER NOT NULL PRIMARY KEY CHECK (cursor >= 1),
  case_id TEXT NOT NULL REFERENCES recognition_case (case_id),
  event_count INTEGER NOT NULL CHECK (event_count >= 1),
  summary BLOB NOT NULL
) STRICT;

-- Exact bytes of every statement, sent and received. Disclosures are personal data and may be erased; the signature stays valid.
CREATE TABLE statement (
  digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 43),
  case_id TEXT NOT NULL CHECK (length(case_id) = 32),
  kind TEXT NOT NULL,
  jws TEXT NOT NULL CHECK (length(jws) BETWEEN 1 AND 65536),
  disclosures BLOB NOT NULL,
  stored_time TEXT NOT NULL
) STRICT;

CREATE INDEX statement_by_case ON statement (case_id);

CREATE TABLE outgoing_stream (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  sequence INTEGER NOT NULL CHECK (sequence >= 0),
  head TEXT,
  acknowledged_sequence INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged_sequence BETWEEN 0 AND sequence),
  PRIMARY KEY (partner, epoch),
  CHECK ((sequence = 0) = (head IS NULL))
) STRICT, WITHOUT ROWID;

-- Gapless and chained by constraint: each statement refers to the place and digest of the one before it.
CREATE TABLE outgoing (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  digest TEXT NOT NULL UNIQUE REFERENCES statement (digest),
  previous_sequence INTEGER GENERATED ALWAYS AS (nullif(sequence - 1, 0)) VIRTUAL,
  previous_digest TEXT,
  PRIMARY KEY (partner, epoch, sequence),
  UNIQUE (partner, epoch, sequence, digest),
  CHECK ((sequence = 1) = (previous_digest IS NULL)),
  FOREIGN KEY (partner, epoch) REFERENCES outgoing_stream (partner, epoch),
  FOREIGN KEY (partner, epoch, previous_sequence, previous_digest) REFERENCES outgoing (partner, epoch, sequence, digest)
) STRICT, WITHOUT ROWID;

-- Receipts partners gave us; each covers everything up to its place.
CREATE TABLE outgoing_receipt (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  up_to_sequence INTEGER NOT NULL,
  receipt TEXT NOT NULL CHECK (length(receipt) >= 1),
  received_time TEXT NOT NULL,
  PRIMARY KEY (partner, epoch, up_to_sequence),
  FOREIGN KEY (partner, epoch, up_to_sequence) REFERENCES outgoing (partner, epoch, sequence)
) STRICT;

CREATE TABLE incoming_stream (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  head TEXT NOT NULL,
  PRIMARY KEY (partner, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE incoming (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  digest TEXT NOT NULL UNIQUE REFERENCES statement (digest),
  previous_sequence INTEGER GENERATED ALWAYS AS (nullif(sequence - 1, 0)) VIRTUAL,
  previous_digest TEXT,
  PRIMARY KEY (partner, epoch, sequence),
  UNIQUE (partner, epoch, sequence, digest),
  CHECK ((sequence = 1) = (previous_digest IS NULL)),
  FOREIGN KEY (partner, epoch) REFERENCES incoming_stream (partner, epoch),
  FOREIGN KEY (partner, epoch, previous_sequence, previous_digest) REFERENCES incoming (partner, epoch, sequence, digest)
) STRICT, WITHOUT ROWID;

-- Receipts we gave; a duplicate gets these bytes again.
CREATE TABLE incoming_receipt (
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  up_to_sequence INTEGER NOT NULL,
  receipt TEXT NOT NULL CHECK (length(receipt) >= 1),
  given_time TEXT NOT NULL,
  PRIMARY KEY (partner, epoch, up_to_sequence),
  FOREIGN KEY (partner, epoch, up_to_sequence) REFERENCES incoming (partner, epoch, sequence)
) STRICT;

-- Two different statements for one place of one stream. `proof` is the signed object that names the second digest.
CREATE TABLE equivocation_evidence (
  direction TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
  partner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  stored_digest TEXT NOT NULL,
  other_digest TEXT NOT NULL CHECK (other_digest <> stored_digest),
  proof TEXT NOT NULL,
  recorded_time TEXT NOT NULL,
  PRIMARY KEY (direction, partner, epoch, sequence, other_digest)
) STRICT;

-- `revision` counts the edits of all drafts a table ever had, so that an etag never comes back with other content.
CREATE TABLE equivalence_draft (
  table_id TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  document BLOB
) STRICT;

-- Immutable versions, gapless by constraint.
CREATE TABLE equivalence_table (
  table_id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  previous_version INTEGER GENERATED ALWAYS AS (nullif(version - 1, 0)) VIRTUAL,
  digest TEXT NOT NULL CHECK (length(digest) = 43),
  document BLOB NOT NULL,
  PRIMARY KEY (table_id, version),
  FOREIGN KEY (table_id, previous_version) REFERENCES equivalence_table (table_id, version)
) STRICT;

CREATE TABLE grade_table (
  organisation TEXT NOT NULL,
  isced_field TEXT NOT NULL,
  eqf_level INTEGER NOT NULL,
  first_year INTEGER NOT NULL,
  last_year INTEGER NOT NULL,
  document BLOB NOT NULL,
  PRIMARY KEY (organisation, isced_field, eqf_level, first_year, last_year)
) STRICT;
