-- The publications of an institution's tables in the order of commit: watchers resume after a cursor, and a question as of a past day finds the
-- version that was published then. The time is that of the version's document.
CREATE TABLE table_publication (
  cursor BIGINT NOT NULL PRIMARY KEY CHECK (cursor >= 1),
  table_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  publish_time TEXT COLLATE "C" NOT NULL CHECK (length(publish_time) = 28),
  UNIQUE (table_id, version),
  FOREIGN KEY (table_id, version) REFERENCES equivalence_table (table_id, version)
);

-- No PostgreSQL store is older than this step: there are no versions to give places to.
INSERT INTO counter (name, value) VALUES ('table_publication', 0);
