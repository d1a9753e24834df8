-- One institution's store. No table has a tenant column: a schema is one institution.
-- The twin of the SQLite schema, step by step and column by column. Texts are compared byte by byte ("C"), whatever the database's own order is.
-- Days are ISO 8601 dates; instants are ISO 8601 in UTC with seven decimals, so that text order is time order.
-- Documents are the domain's JSON form (DomainJson) and are what counts; columns beside them serve lookups and constraints.

-- Whose store this is: another institution must not sign into these streams.
CREATE TABLE institution (
  singleton BIGINT NOT NULL PRIMARY KEY CHECK (singleton = 1),
  organisation TEXT COLLATE "C" NOT NULL
);

-- Numbers that others may rely on being gapless come from here, in the transaction that uses them, never from an identity column: its
-- numbers are taken before the commit and become visible in another order.
CREATE TABLE counter (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL CHECK (value >= 0)
);

INSERT INTO counter (name, value) VALUES ('case_change', 0);

-- Answers given, so that a repeated request gets the same one. `place` is the event count of the case or the version of the table.
CREATE TABLE change_request (
  caller TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL CHECK (length(request_id) = 36),
  content TEXT COLLATE "C" NOT NULL CHECK (length(content) = 43),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('recognition_case', 'equivalence_draft', 'equivalence_table', 'grade_table')),
  subject TEXT COLLATE "C" NOT NULL,
  place BIGINT NOT NULL CHECK (place >= 0),
  answer BYTEA,
  first_used_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, request_id),
  CHECK ((answer IS NOT NULL) = (kind IN ('equivalence_draft', 'grade_table')))
);

CREATE TABLE recognition_case (
  case_id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(case_id) = 32),
  learner TEXT COLLATE "C" NOT NULL CHECK (length(learner) = 43),
  submitted_by TEXT COLLATE "C" NOT NULL,
  programme TEXT COLLATE "C" NOT NULL,
  target_unit TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  assignee TEXT COLLATE "C" NOT NULL,
  achievement_title TEXT COLLATE "C" NOT NULL,
  due_date TEXT COLLATE "C" CHECK (length(due_date) = 10),
  due_key TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(due_date, '~')) STORED, -- '~' sorts behind every date
  outcome TEXT COLLATE "C",
  submitted_time TEXT COLLATE "C" NOT NULL,
  updated_time TEXT COLLATE "C" NOT NULL,
  event_count BIGINT NOT NULL CHECK (event_count >= 1)
);

-- Few indexes on purpose: case ids are random, so each costs a page per opened case. A list of all states walks this one once per state.
CREATE INDEX recognition_case_by_state ON recognition_case (state, due_key, case_id);
CREATE INDEX recognition_case_by_submitter ON recognition_case (submitted_by, due_key, case_id);

-- Gapless by constraint: each event refers to the one before it.
CREATE TABLE case_event (
  case_id TEXT COLLATE "C" NOT NULL REFERENCES recognition_case (case_id),
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  previous_sequence BIGINT GENERATED ALWAYS AS (nullif(sequence - 1, 0)) STORED,
  document BYTEA NOT NULL,
  PRIMARY KEY (case_id, sequence),
  FOREIGN KEY (case_id, previous_sequence) REFERENCES case_event (case_id, sequence)
);

-- One decision per version and case, versions gapless.
CREATE TABLE decision (
  case_id TEXT COLLATE "C" NOT NULL REFERENCES recognition_case (case_id),
  version BIGINT NOT NULL CHECK (version >= 1),
  previous_version BIGINT GENERATED ALWAYS AS (nullif(version - 1, 0)) STORED,
  event_sequence BIGINT NOT NULL,
  PRIMARY KEY (case_id, version),
  FOREIGN KEY (case_id, previous_version) REFERENCES decision (case_id, version),
  FOREIGN KEY (case_id, event_sequence) REFERENCES case_event (case_id, sequence)
);

CREATE TABLE credential_file (
  digest TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(digest) = 43),
  bytes BYTEA NOT NULL
);

CREATE TABLE case_credential (
  case_id TEXT COLLATE "C" NOT NULL REFERENCES recognition_case (case_id),
  ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
  digest TEXT COLLATE "C" NOT NULL REFERENCES credential_file (digest),
  PRIMARY KEY (case_id, ordinal)
);

CREATE TABLE ledger_entry (
  case_id TEXT COLLATE "C" NOT NULL REFERENCES recognition_case (case_id),
  ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
  learner TEXT COLLATE "C" NOT NULL CHECK (length(learner) = 43),
  credits_hundredths BIGINT NOT NULL CHECK (credits_hundredths BETWEEN 0 AND 36000),
  document BYTEA NOT NULL,
  PRIMARY KEY (case_id, ordinal)
);

CREATE INDEX ledger_entry_by_learner ON ledger_entry (learner, case_id, ordinal);

CREATE TABLE case_change (
  cursor BIGINT NOT NULL PRIMARY KEY CHECK (cursor >= 1),
  case_id TEXT COLLATE "C" NOT NULL REFERENCES recognition_case (case_id),
  event_count BIGINT NOT NULL CHECK (event_count >= 1),
  summary BYTEA NOT NULL
);

-- Exact bytes of every statement, sent and received. Disclosures are personal data and may be erased; the signature stays valid.
CREATE TABLE statement (
  digest TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(digest) = 43),
  case_id TEXT COLLATE "C" NOT NULL CHECK (length(case_id) = 32),
  kind TEXT COLLATE "C" NOT NULL,
  jws TEXT COLLATE "C" NOT NULL CHECK (length(jws) BETWEEN 1 AND 65536),
  disclosures BYTEA NOT NULL,
  stored_time TEXT COLLATE "C" NOT NULL
);

CREATE INDEX statement_by_case ON statement (case_id);

CREATE TABLE outgoing_stream (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL CHECK (epoch >= 1),
  sequence BIGINT NOT NULL CHECK (sequence >= 0),
  head TEXT COLLATE "C",
  acknowledged_sequence BIGINT NOT NULL DEFAULT 0 CHECK (acknowledged_sequence BETWEEN 0 AND sequence),
  PRIMARY KEY (partner, epoch),
  CHECK ((sequence = 0) = (head IS NULL))
);

-- Gapless and chained by constraint: each statement refers to the place and digest of the one before it.
CREATE TABLE outgoing (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  digest TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES statement (digest),
  previous_sequence BIGINT GENERATED ALWAYS AS (nullif(sequence - 1, 0)) STORED,
  previous_digest TEXT COLLATE "C",
  PRIMARY KEY (partner, epoch, sequence),
  UNIQUE (partner, epoch, sequence, digest),
  CHECK ((sequence = 1) = (previous_digest IS NULL)),
  FOREIGN KEY (partner, epoch) REFERENCES outgoing_stream (partner, epoch),
  FOREIGN KEY (partner, epoch, previous_sequence, previous_digest) REFERENCES outgoing (partner, epoch, sequence, digest)
);

-- Receipts partners gave us; each covers everything up to its place.
CREATE TABLE outgoing_receipt (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  up_to_sequence BIGINT NOT NULL,
  receipt TEXT COLLATE "C" NOT NULL CHECK (length(receipt) >= 1),
  received_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (partner, epoch, up_to_sequence),
  FOREIGN KEY (partner, epoch, up_to_sequence) REFERENCES outgoing (partner, epoch, sequence)
);

CREATE TABLE incoming_stream (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL CHECK (epoch >= 1),
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  head TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (partner, epoch)
);

CREATE TABLE incoming (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  digest TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES statement (digest),
  previous_sequence BIGINT GENERATED ALWAYS AS (nullif(sequence - 1, 0)) STORED,
  previous_digest TEXT COLLATE "C",
  PRIMARY KEY (partner, epoch, sequence),
  UNIQUE (partner, epoch, sequence, digest),
  CHECK ((sequence = 1) = (previous_digest IS NULL)),
  FOREIGN KEY (partner, epoch) REFERENCES incoming_stream (partner, epoch),
  FOREIGN KEY (partner, epoch, previous_sequence, previous_digest) REFERENCES incoming (partner, epoch, sequence, digest)
);

-- Receipts we gave; a duplicate gets these bytes again.
CREATE TABLE incoming_receipt (
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  up_to_sequence BIGINT NOT NULL,
  receipt TEXT COLLATE "C" NOT NULL CHECK (length(receipt) >= 1),
  given_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (partner, epoch, up_to_sequence),
  FOREIGN KEY (partner, epoch, up_to_sequence) REFERENCES incoming (partner, epoch, sequence)
);

-- Two different statements for one place of one stream. `proof` is the signed object that names the second digest.
CREATE TABLE equivocation_evidence (
  direction TEXT COLLATE "C" NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
  partner TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  stored_digest TEXT COLLATE "C" NOT NULL,
  other_digest TEXT COLLATE "C" NOT NULL CHECK (other_digest <> stored_digest),
  proof TEXT COLLATE "C" NOT NULL,
  recorded_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (direction, partner, epoch, sequence, other_digest)
);

-- `revision` counts the edits of all drafts a table ever had, so that an etag never comes back with other content.
CREATE TABLE equivalence_draft (
  table_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL CHECK (revision >= 1),
  document BYTEA
);

-- Immutable versions, gapless by constraint.
CREATE TABLE equivalence_table (
  table_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  previous_version BIGINT GENERATED ALWAYS AS (nullif(version - 1, 0)) STORED,
  digest TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 43),
  document BYTEA NOT NULL,
  PRIMARY KEY (table_id, version),
  FOREIGN KEY (table_id, previous_version) REFERENCES equivalence_table (table_id, version)
);

CREATE TABLE grade_table (
  organisation TEXT COLLATE "C" NOT NULL,
  isced_field TEXT COLLATE "C" NOT NULL,
  eqf_level BIGINT NOT NULL,
  first_year BIGINT NOT NULL,
  last_year BIGINT NOT NULL,
  document BYTEA NOT NULL,
  PRIMARY KEY (organisation, isced_field, eqf_level, first_year, last_year)
);
