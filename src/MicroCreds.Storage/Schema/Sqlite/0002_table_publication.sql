-- The publications of an institution's tables in the order of commit: watchers resume after a cursor, and a question as of a past day finds the
-- version that was published then. The time is that of the version's document; for versions kept before this step, to the millisecond.
CREATE TABLE table_publication (
  cursor INTEGER NOT NULL PRIMARY KEY CHECK (cursor >= 1),
  table_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  publish_time TEXT NOT NULL CHECK (length(publish_time) = 28),
  UNIQUE (table_id, version),
  FOREIGN KEY (table_id, version) REFERENCES equivalence_table (table_id, version)
) STRICT;

INSERT INTO table_publication (cursor, table_id, version, publish_time)
SELECT row_number() OVER (ORDER BY rowid), table_id, version, strftime('%Y-%m-%dT%H:%M:%f', json_extract(CAST(document AS TEXT), '$.published_at')) || '0000Z' FROM equivalence_table;

INSERT INTO counter (name, value) SELECT 'table_publication', count(*) FROM table_publication;
