-- Who owes what, one row a body; before, only in the lists `owed_by`, joined by `;`, of `duty` and
-- `finding`, which stay as they were.

-- The kinds of body that owe a duty, each once, in the order of duty.owed_by.
CREATE TABLE duty_owed_by (
  duty INTEGER NOT NULL REFERENCES duty (no),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('department', 'zone', 'office')),
  PRIMARY KEY (duty, position),
  UNIQUE (duty, kind)
) STRICT;

-- The ids of the bodies that owe a finding, in the order of finding.owed_by. Findings of one run
-- that share a fingerprint are owed by the same bodies.
CREATE TABLE finding_owed_by (
  run INTEGER NOT NULL REFERENCES run (no) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  position INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, fingerprint, position)
) STRICT, WITHOUT ROWID;

WITH RECURSIVE part (duty, position, kind, rest) AS (
  SELECT no, 0, '', owed_by || ';' FROM duty
  UNION ALL
  SELECT duty, position + 1, substr(rest, 1, instr(rest, ';') - 1), substr(rest, instr(rest, ';') + 1)
  FROM part WHERE rest <> ''
)
INSERT OR IGNORE INTO duty_owed_by SELECT duty, position, kind FROM part WHERE kind <> '';

WITH RECURSIVE part (run, fingerprint, position, body, rest) AS (
  SELECT DISTINCT run, fingerprint, 0, '', owed_by || ';' FROM finding
  UNION ALL
  SELECT run, fingerprint, position + 1, substr(rest, 1, instr(rest, ';') - 1),
         substr(rest, instr(rest, ';') + 1)
  FROM part WHERE rest <> ''
)
INSERT INTO finding_owed_by
SELECT run, fingerprint, position, body FROM part WHERE body <> '';
