-- A version of a table without its rows, so that a history is read without reading every rule ever published. `effective_date` is the day named
-- at publication, absent for a version that was in force at once.
CREATE TABLE table_version (
  table_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  effective_date TEXT CHECK (length(effective_date) = 10),
  summary BLOB NOT NULL,
  PRIMARY KEY (table_id, version),
  FOREIGN KEY (table_id, version) REFERENCES equivalence_table (table_id, version)
) STRICT, WITHOUT ROWID;

INSERT INTO table_version (table_id, version, summary)
SELECT table_id, version, CAST(json_object('table', table_id, 'version', version, 'digest', digest, 'published_at', json_extract(CAST(document AS TEXT), '$.published_at'), 'published_by', json_extract(CAST(document AS TEXT), '$.published_by'), 'units', json_array_length(CAST(document AS TEXT), '$.units'), 'rules', json_array_length(CAST(document AS TEXT), '$.rules')) AS BLOB) FROM equivalence_table;
