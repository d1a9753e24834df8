-- Places of exported decisions in the status lists: 131,072 to a list. Whether one still counts is what the case says.
CREATE TABLE decision_status (
  place BIGINT NOT NULL PRIMARY KEY CHECK (place >= 0),
  case_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (case_id, version),
  FOREIGN KEY (case_id, version) REFERENCES decision (case_id, version)
);
