-- Streams in which nothing is signed until the partner has said how far it holds them: after the store was put back from a copy, and when a partner holds
-- more, or something else. The partner '*' stands for all of whom nothing else is said.
CREATE TABLE stream_hold (
  partner TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('restored', 'behind', 'contradicted', 'released')),
  since_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Statements of this institution that came back from the partner they were for. Their cases may know less than they say.
CREATE TABLE returned_statement (
  partner TEXT NOT NULL,
  case_id TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES statement (digest),
  version INTEGER NOT NULL CHECK (version >= 0),
  returned_time TEXT NOT NULL,
  PRIMARY KEY (partner, case_id, digest)
) STRICT, WITHOUT ROWID;
