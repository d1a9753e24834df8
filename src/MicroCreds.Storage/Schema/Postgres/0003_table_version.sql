-- A version of a table without its rows, so that a history is read without reading every rule ever published. `effective_date` is the day named
-- at publication, absent for a version that was in force at once.
CREATE TABLE table_version (
  table_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  effective_date TEXT COLLATE "C" CHECK (length(effective_date) = 10),
  summary BYTEA NOT NULL,
  PRIMARY KEY (table_id, version),
  FOREIGN KEY (table_id, version) REFERENCES equivalence_table (table_id, version)
);
