-- What zones and departments really did, and what the platform lets them do: cases, accounts and
-- permissions, as files of the platform give them. Of a file only what is understood is kept: numbers
-- of rows here, days, words of a list, and codes. No name, document number or telephone of a person.

-- The first line of these two is looked for in a few characters, not in the whole of a long line.
DROP INDEX entry_item_change;
DROP INDEX entry_ledger_change;
CREATE INDEX entry_item_change ON entry (seq)
  WHERE instr(substr(body, 1, 64), ',"table":"item_change","op":') > 0;
CREATE INDEX entry_ledger_change ON entry (seq)
  WHERE instr(substr(body, 1, 64), ',"table":"ledger_change","op":') > 0;

-- A system that files come from, as the office calls it.
CREATE TABLE platform_source (
  no INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- What a person said a column of such files is: remembered for the next one.
CREATE TABLE platform_mapping (
  source INTEGER NOT NULL REFERENCES platform_source (no),
  kind TEXT NOT NULL CHECK (kind IN ('cases', 'steps', 'stops', 'accounts', 'permissions')),
  header TEXT NOT NULL,
  field TEXT NOT NULL,
  PRIMARY KEY (source, kind, header)
) STRICT;

-- One taking-in of files. loaded_on: the day of which they are, else that on which they came. content_digest: SHA-256 of the rows that were kept, which `verify` makes
-- again; the log holds this row, and not theirs. from_on, to_on: the days that the file covers.
CREATE TABLE platform_load (
  no INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('cases', 'accounts', 'permissions')),
  source INTEGER NOT NULL REFERENCES platform_source (no),
  loaded_on TEXT NOT NULL,
  from_on TEXT,
  to_on TEXT,
  rows_read INTEGER NOT NULL,
  rows_kept INTEGER NOT NULL,
  content_digest TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'demonstration')),
  voided_on TEXT,
  voided_by TEXT,
  void_reason TEXT
) STRICT;

-- A matter that somebody applied for. line: of the file; number: the office's own, `#LINE` where the
-- file gives none that may be kept. matched: how the item was found. accepted_…, decided_…: the body
-- that did it, one of the two, neither where the file names none that is known. seal_…: whose seal
-- or name it bears. superseded_by: the row of a later file on the same case; the row itself, where
-- its load is voided. Lists of words are written with OR: for IN of more than two, SQLite makes a
-- table for each row that it checks.
CREATE TABLE case_record (
  no INTEGER PRIMARY KEY,
  load INTEGER NOT NULL REFERENCES platform_load (no) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES platform_source (no),
  number TEXT NOT NULL,
  item INTEGER REFERENCES item (no),
  matched TEXT NOT NULL CHECK (
    matched = 'name' OR matched = 'code' OR matched = 'none' OR matched = 'doubtful'
  ),
  accepted_zone INTEGER REFERENCES zone (no),
  accepted_department INTEGER REFERENCES department (no),
  applied_on TEXT,
  accepted_on TEXT,
  promised_on TEXT,
  decided_zone INTEGER REFERENCES zone (no),
  decided_department INTEGER REFERENCES department (no),
  decided_on TEXT,
  result TEXT CHECK (
    result = '出证办结' OR result = '办结' OR result = '转报办结' OR result = '不予许可'
    OR result = '在办' OR result = '退回' OR result = '作废' OR result = '删除'
    OR result = '补正不来' OR result = '纸质'
  ),
  certified INTEGER CHECK (certified IN (0, 1)),
  seal_zone INTEGER REFERENCES zone (no),
  seal_department INTEGER REFERENCES department (no),
  satisfaction INTEGER CHECK (satisfaction BETWEEN 1 AND 5),
  superseded_by INTEGER REFERENCES case_record (no) ON DELETE SET NULL,
  CHECK ((item IS NOT NULL) = (matched IN ('code', 'name')))
) STRICT;
CREATE UNIQUE INDEX case_number ON case_record (source, number) WHERE superseded_by IS NULL;
-- Enough to count the cases of items and zones without reading them.
CREATE INDEX case_item ON case_record (item, accepted_zone, decided_zone, load, accepted_on)
  WHERE superseded_by IS NULL;
CREATE INDEX case_untimed
  ON case_record (item, accepted_zone, load, accepted_on, promised_on, result)
  WHERE superseded_by IS NULL AND (
    accepted_on IS NULL OR promised_on IS NULL OR result IN ('退回', '作废', '删除', '补正不来')
  );
CREATE INDEX case_superseded ON case_record (superseded_by) WHERE superseded_by IS NOT NULL;

-- A step of a case. act NULL: the process is none that is known; duty: the step is the proof of a
-- duty that is counted from each case.
CREATE TABLE case_step (
  case_no INTEGER NOT NULL REFERENCES case_record (no) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  act TEXT REFERENCES act (id),
  duty INTEGER REFERENCES duty (no),
  zone INTEGER REFERENCES zone (no),
  department INTEGER REFERENCES department (no),
  started_on TEXT,
  ended_on TEXT,
  PRIMARY KEY (case_no, position)
) STRICT, WITHOUT ROWID;

-- Days that no period counts: a hearing, a test. kind 延期: the period was extended.
CREATE TABLE case_stop (
  case_no INTEGER NOT NULL REFERENCES case_record (no) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN (
    '听证', '招标', '拍卖', '检验', '检测', '检疫', '鉴定', '专家评审', '公示', '补正', '延期', '其他'
  )),
  from_on TEXT NOT NULL,
  to_on TEXT,
  PRIMARY KEY (case_no, position)
) STRICT, WITHOUT ROWID;

-- What a role of the platform does; which acts nobody should hold together.
CREATE TABLE platform_role (
  name TEXT NOT NULL,
  act TEXT NOT NULL REFERENCES act (id),
  PRIMARY KEY (name, act)
) STRICT;
CREATE TABLE incompatible_acts (
  first TEXT NOT NULL REFERENCES act (id),
  second TEXT NOT NULL REFERENCES act (id),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  PRIMARY KEY (first, second)
) STRICT;

-- An account of the platform. login: with stars where it is a telephone or document number. people:
-- how many share it. active NULL: not said. unknown_roles: how many of its roles are none of ours.
CREATE TABLE account (
  no INTEGER PRIMARY KEY,
  load INTEGER NOT NULL REFERENCES platform_load (no) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  login TEXT NOT NULL,
  zone INTEGER REFERENCES zone (no),
  department INTEGER REFERENCES department (no),
  people INTEGER NOT NULL,
  active INTEGER CHECK (active IN (0, 1)),
  last_login_on TEXT,
  unknown_roles INTEGER NOT NULL DEFAULT 0,
  UNIQUE (load, login)
) STRICT;
CREATE TABLE account_role (
  account INTEGER NOT NULL REFERENCES account (no) ON DELETE CASCADE,
  role TEXT NOT NULL,
  PRIMARY KEY (account, role)
) STRICT, WITHOUT ROWID;

-- What the platform lets somebody do: act of an item. holder: the login, window or role as the file
-- has it; act, item NULL: not understood.
CREATE TABLE permission (
  no INTEGER PRIMARY KEY,
  load INTEGER NOT NULL REFERENCES platform_load (no) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  holder TEXT NOT NULL,
  zone INTEGER REFERENCES zone (no),
  department INTEGER REFERENCES department (no),
  item INTEGER REFERENCES item (no),
  act TEXT REFERENCES act (id),
  matched TEXT NOT NULL CHECK (matched IN ('code', 'name', 'doubtful', 'none'))
) STRICT;
CREATE INDEX permission_item ON permission (item);
CREATE INDEX permission_load ON permission (load);

-- How long the law lets a decision take, from acceptance. extension: more where it is approved.
CREATE TABLE legal_limit (
  power_type TEXT PRIMARY KEY,
  law TEXT NOT NULL REFERENCES law (id),
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('working', 'calendar')),
  extension INTEGER NOT NULL
) STRICT;

-- What event of a case a duty is counted from: the end of that act.
ALTER TABLE duty ADD COLUMN event_act TEXT REFERENCES act (id);

-- A published list of licences: none is required off the lists that there are. from_on: since when it
-- is in force. A later list of the same source takes its place.
CREATE TABLE licence_list (
  no INTEGER PRIMARY KEY,
  source TEXT NOT NULL UNIQUE,
  from_on TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration'))
) STRICT;
CREATE TABLE licence (
  list INTEGER NOT NULL REFERENCES licence_list (no) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  basic_code TEXT,
  PRIMARY KEY (list, position)
) STRICT;
CREATE INDEX licence_name ON licence (name_key);
CREATE INDEX licence_code ON licence (basic_code) WHERE basic_code IS NOT NULL;

-- The cases of a finding that stands for several.
CREATE TABLE finding_case (
  run INTEGER NOT NULL REFERENCES run (no) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  position INTEGER NOT NULL,
  number TEXT NOT NULL,
  PRIMARY KEY (run, fingerprint, position)
) STRICT, WITHOUT ROWID;

-- What the shipped files state since, for a registry that has instruments already.
INSERT INTO legal_limit SELECT * FROM (VALUES
  ('行政许可', 'L8', 20, 'working', 10),
  ('行政处罚', 'L18', 90, 'calendar', 0)
) WHERE EXISTS (SELECT 1 FROM law WHERE id = 'L8') AND EXISTS (SELECT 1 FROM law WHERE id = 'L18');
INSERT INTO platform_role SELECT * FROM (VALUES
  ('收件岗', 'receive'),
  ('受理岗', 'accept'),
  ('审核岗', 'examine'),
  ('审批岗', 'decide'),
  ('制证岗', 'issue')
) WHERE EXISTS (SELECT 1 FROM instrument);
INSERT INTO incompatible_acts SELECT * FROM (VALUES
  ('accept', 'decide', 'reading'),
  ('examine', 'decide', 'reading')
) WHERE EXISTS (SELECT 1 FROM instrument);
UPDATE duty SET event_act = 'decide' WHERE counted_from = 'case';
-- The clause that the duty of access on the platform rests on first.
INSERT OR IGNORE INTO clause_rule
SELECT c.instrument, c.id, rule.code
FROM duty AS du
JOIN clause AS c
  ON c.instrument = du.instrument AND c.id = substr(du.clauses, 1, instr(du.clauses || ';', ';') - 1)
CROSS JOIN (SELECT 'PER003' AS code UNION ALL SELECT 'PER004') AS rule
WHERE du.no IN (SELECT duty FROM duty_check WHERE code = 'PLT001');
-- The principle that whatever can be conferred is.
INSERT OR IGNORE INTO clause_rule
SELECT c.instrument, c.id, 'EVL003' FROM clause AS c WHERE c.text LIKE '%能放则放%';
UPDATE clause SET checked = 'rules', reason_zh = NULL, reason_en = NULL
WHERE text LIKE '%能放则放%' AND checked = 'no';
