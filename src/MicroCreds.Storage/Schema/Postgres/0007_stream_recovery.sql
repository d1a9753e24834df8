-- Streams in which nothing is signed until the partner has said how far it holds them: after the store was put back from a copy, and when a partner holds
-- more, or something else. The partner '*' stands for all of whom nothing else is said.
CREATE TABLE stream_hold (
  partner TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('restored', 'behind', 'contradicted', 'released')),
  since_time TEXT COLLATE "C" NOT NULL
);

-- Statements of this institution that came back from the partner they were for. Their cases may know less than they say.
CREATE TABLE returned_statement (
  partner TEXT COLLATE "C" NOT NULL,
  case_id TEXT COLLATE "C" NOT NULL,
  digest TEXT COLLATE "C" NOT NULL REFERENCES statement (digest),
  version BIGINT NOT NULL CHECK (version >= 0),
  returned_time TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (partner, case_id, digest)
);
