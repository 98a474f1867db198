-- What a delegation is over time: periods, opened and closed by the effects of instruments; and
-- bodies that are renamed, merged or abolished. Before, a delegation was valid from one day to
-- another, and stood in columns of its own, which go.

-- The last day of the conferral, where the instrument itself states one; NULL: no end is stated.
ALTER TABLE instrument ADD COLUMN valid_until TEXT;

-- What an instrument does to an earlier one. target: the id of that instrument, known or not.
-- items: `all`, or `annex:N` and item ids joined by `;`; delegates: `all`, or ids joined by `;`.
CREATE TABLE effect (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN (
    'withdraws', 'amends', 'suspends', 'resumes', 'extends', 'extends-to', 'corrects', 'replaces'
  )),
  target TEXT NOT NULL,
  items TEXT NOT NULL,
  delegates TEXT NOT NULL,
  effective_on TEXT NOT NULL,
  handover_on TEXT,
  transition TEXT NOT NULL CHECK (
    transition IN ('former-finishes', 'successor-takes', 'unstated')
  ),
  mode TEXT,
  scope TEXT CHECK (scope IN ('全部', '部分')),
  remark TEXT,
  territory TEXT,
  until TEXT,
  extended_to TEXT,
  clause TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  UNIQUE (instrument, position),
  FOREIGN KEY (instrument, clause) REFERENCES clause (instrument, id)
) STRICT;

-- A delegation that a later instrument opened by extending an item to a further delegate; NULL:
-- the item's own instrument confers it.
ALTER TABLE delegation ADD COLUMN effect INTEGER REFERENCES effect (no);
ALTER TABLE delegation DROP COLUMN valid_from;
ALTER TABLE delegation DROP COLUMN valid_to;

-- The periods of delegations. Delegations of one list begin alike: they share the row. Those of one
-- delegation follow each other without a gap; the first begins with the conferral, the last is
-- open. Days are included; to_on NULL: open. One that ends before it begins was announced and then
-- overtaken (position 0, where others follow): it was owed from owed_from to to_on.
-- state: what the delegate may do is `conferred`, `suspended`, `withdrawn`, or `expired` with the
-- instrument that conferred it. zone: the successor that holds it; NULL: the zone that it was
-- conferred on.
-- instrument, mode, initiation: whose duties for what is begun so are owed, counted from counted_on. owed_from: the first
-- day on which they are owed, which may come before from_on; '9999-12-31': nothing is owed.
-- opened_by NULL: an event of a body did, and the clause is what it rests on.
CREATE TABLE period (
  no INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT,
  state TEXT NOT NULL CHECK (state IN ('conferred', 'suspended', 'withdrawn', 'expired')),
  zone INTEGER REFERENCES zone (no),
  instrument INTEGER NOT NULL,
  mode TEXT NOT NULL,
  initiation TEXT NOT NULL,
  scope TEXT,
  remark TEXT,
  territory TEXT,
  counted_on TEXT NOT NULL,
  owed_from TEXT NOT NULL,
  opened_by INTEGER REFERENCES instrument (no),
  opening_clause TEXT NOT NULL,
  closed_by INTEGER REFERENCES instrument (no),
  closing_clause TEXT,
  FOREIGN KEY (instrument, mode) REFERENCES mode (instrument, name)
) STRICT;

CREATE TABLE delegation_period (
  period INTEGER NOT NULL REFERENCES period (no),
  delegation INTEGER NOT NULL REFERENCES delegation (no) ON DELETE CASCADE,
  PRIMARY KEY (period, delegation)
) STRICT, WITHOUT ROWID;
CREATE INDEX delegation_period_delegation ON delegation_period (delegation);

INSERT INTO period
SELECT NULL, 1, ins.issued_on, NULL,
       CASE ax.role WHEN 'withdrawn' THEN 'withdrawn' ELSE 'conferred' END,
       NULL, i.instrument, i.mode, i.initiation, i.scope, i.remark, NULL,
       ins.issued_on, ins.issued_on,
       ins.no, ax.clause, NULL, NULL
FROM item AS i
JOIN instrument AS ins ON ins.no = i.instrument
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
GROUP BY ins.no, ax.annex, i.mode, i.initiation, i.scope, i.remark
ORDER BY min(i.no);

INSERT INTO delegation_period
SELECT p.no, d.no
FROM delegation AS d
JOIN item AS i ON i.no = d.item
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
JOIN period AS p ON p.instrument = i.instrument AND p.mode = i.mode
  AND p.initiation = i.initiation AND p.scope IS i.scope AND p.remark IS i.remark AND p.opening_clause = ax.clause;

CREATE INDEX duty_mode_mode ON duty_mode (instrument, mode, duty);

-- What happened to bodies. what: `renamed` changes names only (name, short_name are the new ones);
-- otherwise what `body` owed and held is `successor`'s from the day on; NULL: nobody's.
CREATE TABLE body_event (
  no INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('zone', 'department')),
  what TEXT NOT NULL CHECK (
    what IN ('renamed', 'merged', 'split', 'abolished', 'powers-transferred')
  ),
  body TEXT NOT NULL,
  successor TEXT,
  on_day TEXT NOT NULL,
  name TEXT,
  short_name TEXT,
  basis TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;
CREATE INDEX body_event_body ON body_event (kind, body, on_day);
