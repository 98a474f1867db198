-- Text keys are what people write; `no` is what tables join on. Dates are ISO 8601 text.
-- WITHOUT ROWID stands only where the key's order is what readers need: SQLite 3.40's
-- integrity_check reports NULLs that aren't there in some small STRICT tables that have it.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE source_file (
  path TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  encoding TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('built', 'annex', 'ledger'))
) STRICT;

-- One row: the day on which views stand. An audit shadows it and never writes it.
CREATE TABLE as_of (date TEXT NOT NULL) STRICT;

-- ordinal: working days since the first covered day, this one included.
-- day_number: days since the first covered day, for periods of calendar days.
CREATE TABLE workday (
  date TEXT PRIMARY KEY,
  is_workday INTEGER NOT NULL CHECK (is_workday IN (0, 1)),
  ordinal INTEGER NOT NULL,
  day_number INTEGER NOT NULL,
  certainty TEXT NOT NULL CHECK (certainty IN ('settled', 'provisional'))
) STRICT;
CREATE UNIQUE INDEX workday_ordinal ON workday (ordinal, date) WHERE is_workday = 1;
CREATE UNIQUE INDEX workday_day_number ON workday (day_number);

-- The State Council's notice for a year; NULL: not verified.
CREATE TABLE calendar_year (
  year INTEGER PRIMARY KEY,
  notice TEXT
) STRICT;

CREATE TABLE instrument (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  issuer TEXT NOT NULL,
  signed_on TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  issued_on_basis TEXT NOT NULL CHECK (issued_on_basis IN ('text', 'reading')),
  gazette TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

CREATE TABLE superior_document (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (instrument, number)
) STRICT;

CREATE TABLE clause (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  id TEXT NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  summary TEXT NOT NULL,
  checked TEXT NOT NULL CHECK (checked IN ('rules', 'intake', 'no')),
  reason_zh TEXT,
  reason_en TEXT,
  PRIMARY KEY (instrument, id)
) STRICT;

CREATE TABLE annex (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  annex INTEGER NOT NULL,
  title TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('delegated', 'direct', 'withdrawn')),
  control_total INTEGER,
  clause TEXT NOT NULL,
  PRIMARY KEY (instrument, annex),
  FOREIGN KEY (instrument, clause) REFERENCES clause (instrument, id)
) STRICT;

CREATE TABLE mode (
  instrument INTEGER NOT NULL,
  name TEXT NOT NULL,
  annex INTEGER NOT NULL,
  entrusts INTEGER NOT NULL CHECK (entrusts IN (0, 1)),
  clause TEXT NOT NULL,
  PRIMARY KEY (instrument, name),
  FOREIGN KEY (instrument, annex) REFERENCES annex (instrument, annex)
) STRICT;

CREATE TABLE zone (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  short_name TEXT NOT NULL UNIQUE,
  provenance TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;

CREATE TABLE instrument_zone (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  zone INTEGER NOT NULL REFERENCES zone (no),
  clause TEXT NOT NULL,
  PRIMARY KEY (instrument, zone)
) STRICT;

CREATE TABLE department (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  short_name TEXT NOT NULL UNIQUE,
  provenance TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;

CREATE TABLE department_alias (
  alias TEXT PRIMARY KEY,
  department INTEGER NOT NULL REFERENCES department (no)
) STRICT;

-- What an agreement of this instrument contains; required or merely advisable.
CREATE TABLE agreement_term (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  term TEXT NOT NULL,
  required INTEGER NOT NULL CHECK (required IN (0, 1)),
  PRIMARY KEY (instrument, term)
) STRICT;

CREATE TABLE guidance_kind (
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  kind TEXT NOT NULL,
  PRIMARY KEY (instrument, kind)
) STRICT;

-- owed_by and clauses are lists joined by `;`.
CREATE TABLE duty (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  id TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  initiation TEXT,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('working', 'calendar')),
  counted_from TEXT NOT NULL CHECK (counted_from IN ('issue', 'agreement')),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  owed_by TEXT NOT NULL,
  clauses TEXT NOT NULL,
  proof TEXT NOT NULL CHECK (proof IN ('deliverable', 'agreement')),
  UNIQUE (instrument, id)
) STRICT;

CREATE TABLE duty_mode (
  duty INTEGER NOT NULL REFERENCES duty (no),
  instrument INTEGER NOT NULL,
  mode TEXT NOT NULL,
  PRIMARY KEY (duty, mode),
  FOREIGN KEY (instrument, mode) REFERENCES mode (instrument, name)
) STRICT;

-- name_key: the name without width, case and spacing, for comparing names.
CREATE TABLE item (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  instrument INTEGER NOT NULL,
  annex INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  power_type TEXT NOT NULL,
  initiation TEXT NOT NULL CHECK (initiation IN ('依申请', '依职权')),
  mode TEXT NOT NULL,
  scope TEXT CHECK (scope IN ('全部', '部分')),
  remark TEXT,
  law TEXT,
  law_version TEXT,
  article TEXT,
  our_note TEXT,
  parent INTEGER REFERENCES item (no),
  counts_in_total INTEGER NOT NULL CHECK (counts_in_total IN (0, 1)),
  legal_level TEXT,
  reform_mode TEXT,
  basic_code TEXT,
  implementation_code TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  UNIQUE (instrument, id),
  FOREIGN KEY (instrument, annex) REFERENCES annex (instrument, annex),
  FOREIGN KEY (instrument, mode) REFERENCES mode (instrument, name)
) STRICT;
CREATE INDEX item_mode ON item (instrument, mode, initiation);
CREATE INDEX item_name_key ON item (name_key);
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;

CREATE TABLE item_department (
  item INTEGER NOT NULL REFERENCES item (no),
  department INTEGER NOT NULL REFERENCES department (no),
  role TEXT NOT NULL CHECK (role IN ('行业主管', '审批实施', '联合')),
  PRIMARY KEY (item, department)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_department_department ON item_department (department);

-- valid_from NULL: held from before the instrument, since when is not stated.
CREATE TABLE delegation (
  no INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (no),
  zone INTEGER NOT NULL REFERENCES zone (no),
  valid_from TEXT,
  valid_to TEXT,
  UNIQUE (item, zone)
) STRICT;

-- The grantor is a department; grantor_zone is filled where a zone granted what it had received.
CREATE TABLE agreement (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL REFERENCES instrument (no),
  number TEXT NOT NULL,
  department INTEGER REFERENCES department (no),
  grantor_zone INTEGER REFERENCES zone (no),
  zone INTEGER NOT NULL REFERENCES zone (no),
  signed_on TEXT NOT NULL,
  effective_on TEXT,
  expires_on TEXT,
  covers TEXT NOT NULL,
  document TEXT,
  url TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  UNIQUE (instrument, number),
  CHECK ((department IS NULL) <> (grantor_zone IS NULL))
) STRICT;

CREATE TABLE agreement_contains (
  agreement INTEGER NOT NULL REFERENCES agreement (no),
  term TEXT NOT NULL,
  PRIMARY KEY (agreement, term)
) STRICT;

CREATE TABLE agreement_item (
  item INTEGER NOT NULL REFERENCES item (no),
  agreement INTEGER NOT NULL REFERENCES agreement (no),
  PRIMARY KEY (item, agreement)
) STRICT, WITHOUT ROWID;
CREATE INDEX agreement_item_agreement ON agreement_item (agreement);

CREATE TABLE deliverable (
  no INTEGER PRIMARY KEY,
  duty INTEGER NOT NULL REFERENCES duty (no),
  zone INTEGER REFERENCES zone (no),
  covers TEXT NOT NULL,
  done_on TEXT NOT NULL,
  document TEXT,
  url TEXT,
  sha256 TEXT,
  note TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

-- What a deliverable covers, delegation by delegation, in the order in which obligations are
-- read. done_on repeats the deliverable's, so that an audit finds the earliest by one look-up.
CREATE TABLE proof (
  duty INTEGER NOT NULL REFERENCES duty (no),
  delegation INTEGER NOT NULL REFERENCES delegation (no),
  done_on TEXT NOT NULL,
  deliverable INTEGER NOT NULL REFERENCES deliverable (no),
  PRIMARY KEY (duty, delegation, done_on, deliverable)
) STRICT, WITHOUT ROWID;

CREATE TABLE guidance_request (
  no INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL,
  zone INTEGER NOT NULL REFERENCES zone (no),
  department INTEGER NOT NULL REFERENCES department (no),
  kind TEXT NOT NULL,
  raised_on TEXT NOT NULL,
  answered_on TEXT,
  text TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  FOREIGN KEY (instrument, kind) REFERENCES guidance_kind (instrument, kind)
) STRICT;

CREATE TABLE service_reduction (
  no INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (no),
  zone INTEGER NOT NULL REFERENCES zone (no),
  measure TEXT NOT NULL CHECK (measure IN ('材料', '环节', '时限')),
  before REAL NOT NULL,
  after REAL NOT NULL,
  unit TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;
CREATE INDEX service_reduction_item ON service_reduction (item, zone);

CREATE TABLE run (
  no INTEGER PRIMARY KEY,
  as_of TEXT NOT NULL,
  started_at TEXT NOT NULL,
  instrument TEXT NOT NULL,
  filters TEXT NOT NULL,
  data_digest TEXT NOT NULL,
  rules_digest TEXT NOT NULL,
  examined INTEGER NOT NULL
) STRICT;

CREATE TABLE run_rule (
  run INTEGER NOT NULL REFERENCES run (no),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  ok INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  alarm INTEGER NOT NULL,
  skip INTEGER NOT NULL,
  manual INTEGER NOT NULL,
  PRIMARY KEY (run, code)
) STRICT;

-- owed_by: ids of the bodies that owe it, joined by `;`.
CREATE TABLE finding (
  run INTEGER NOT NULL REFERENCES run (no),
  fingerprint TEXT NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  status TEXT NOT NULL,
  instrument TEXT NOT NULL,
  subject_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  item TEXT,
  zone TEXT,
  department TEXT,
  owed_by TEXT NOT NULL,
  mode TEXT,
  duty TEXT,
  due_on TEXT,
  days_overdue INTEGER,
  working_days_overdue INTEGER,
  message_zh TEXT NOT NULL,
  message_en TEXT NOT NULL,
  provenance TEXT NOT NULL,
  waived INTEGER NOT NULL CHECK (waived IN (0, 1))
) STRICT;
CREATE INDEX finding_run ON finding (run, code);
