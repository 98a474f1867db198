-- What the internal file holds besides the public tables. Column names are those of the working
-- file's views, for the same things.

-- For whom the file is. id: of the department or zone; NULL for the office, which sees all.
CREATE TABLE public.audience (
  kind TEXT NOT NULL CHECK (kind IN ('office', 'department', 'zone')),
  id TEXT,
  run INTEGER NOT NULL
) STRICT;

-- Bodies that one other has taken over from by the day: who reads for them reads for the successor.
-- One that was split has no row here.
CREATE TABLE public.body_successions (
  kind TEXT NOT NULL CHECK (kind IN ('department', 'zone')),
  body TEXT NOT NULL,
  successor TEXT NOT NULL,
  PRIMARY KEY (kind, body)
) STRICT;

-- Audits of everything, the latest last. examined NULL in a file that is not the office's, and the
-- other counts are then of the findings that the file holds. same_as: the first audit of the unbroken
-- row of audits that found the same.
CREATE TABLE public.runs (
  run INTEGER PRIMARY KEY,
  as_of TEXT NOT NULL,
  started_at TEXT NOT NULL,
  instrument TEXT NOT NULL,
  examined INTEGER,
  alarms INTEGER NOT NULL,
  manual INTEGER NOT NULL,
  waived INTEGER NOT NULL,
  same_as INTEGER NOT NULL
) STRICT;

-- What the latest audit found otherwise than the last one before it that did not find the same (since).
-- unevaluated: only one of the two looked at its subject.
CREATE TABLE public.run_changes (
  fingerprint TEXT PRIMARY KEY,
  since INTEGER NOT NULL REFERENCES runs (run),
  change TEXT NOT NULL
    CHECK (change IN ('new', 'resolved', 'changed', 'waived', 'unevaluated'))
) STRICT;

-- ok … manual: subjects of the latest audit by status; NULL in a file that is not the office's.
CREATE TABLE public.rules (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  remedy_zh TEXT NOT NULL,
  remedy_en TEXT NOT NULL,
  clauses TEXT NOT NULL,
  owed_by TEXT NOT NULL,
  ok INTEGER,
  pending INTEGER,
  alarm INTEGER,
  skip INTEGER,
  manual INTEGER
) STRICT;

-- What findings of a rule say in one instrument: of each duty that the rule checks, else one row, of
-- duty ''. clauses: ids of that instrument's clauses, and of laws, that they rest on, joined by ;
CREATE TABLE public.rule_applications (
  code TEXT NOT NULL REFERENCES rules (code),
  instrument TEXT NOT NULL REFERENCES instrument (id),
  duty TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  remedy_zh TEXT NOT NULL,
  remedy_en TEXT NOT NULL,
  clauses TEXT NOT NULL,
  PRIMARY KEY (code, instrument, duty)
) STRICT;

-- Articles outside the instruments that rules rest on. status: whether in_short is the article's own
-- wording (text) or a reading of it.
CREATE TABLE public.laws (
  id TEXT PRIMARY KEY,
  citation TEXT NOT NULL,
  in_short_zh TEXT NOT NULL,
  in_short_en TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('text', 'reading')),
  in_force_from TEXT,
  in_force_to TEXT,
  source TEXT NOT NULL
) STRICT;

-- What the latest audit found: alarms and what has to be checked by hand. owed_by: ids joined by ;
-- first_seen: the day of the first audit of the unbroken row of audits that found it.
CREATE TABLE public.findings (
  fingerprint TEXT PRIMARY KEY,
  code TEXT NOT NULL REFERENCES rules (code),
  severity TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('alarm', 'manual')),
  subject_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  item TEXT,
  item_name TEXT,
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
  waived INTEGER NOT NULL,
  first_seen TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (run),
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  instrument TEXT NOT NULL REFERENCES instrument (id),
  reference TEXT NOT NULL
) STRICT;
CREATE INDEX public.findings_code ON findings (code);
CREATE INDEX public.findings_item ON findings (item);

-- Who owes a finding: one row for each body. body: id of a department or zone, or 'office'.
CREATE TABLE public.finding_bodies (
  fingerprint TEXT NOT NULL REFERENCES findings (fingerprint),
  body TEXT NOT NULL,
  PRIMARY KEY (body, fingerprint)
) STRICT;
CREATE INDEX public.finding_bodies_fingerprint ON finding_bodies (fingerprint);

-- The cases of a finding on cases: their numbers, in order.
CREATE TABLE public.finding_cases (
  fingerprint TEXT NOT NULL REFERENCES findings (fingerprint),
  position INTEGER NOT NULL,
  number TEXT NOT NULL,
  PRIMARY KEY (fingerprint, position)
) STRICT;

-- Each finding of each audit, also of those that are gone by now.
CREATE TABLE public.finding_history (
  fingerprint TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (run),
  as_of TEXT NOT NULL,
  code TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  status TEXT NOT NULL,
  owed_by TEXT NOT NULL,
  zone TEXT,
  department TEXT,
  days_overdue INTEGER,
  waived INTEGER NOT NULL,
  message_zh TEXT NOT NULL,
  message_en TEXT NOT NULL,
  PRIMARY KEY (fingerprint, run)
) STRICT;

-- How every obligation stands. no: from 1, in the order of the annexes.
CREATE TABLE public.obligations (
  no INTEGER PRIMARY KEY,
  delegation TEXT NOT NULL REFERENCES delegations (id),
  item TEXT NOT NULL REFERENCES items (id),
  item_name TEXT NOT NULL,
  zone TEXT NOT NULL REFERENCES zones (id),
  department TEXT,
  mode TEXT NOT NULL,
  duty TEXT NOT NULL,
  duty_name TEXT NOT NULL,
  due_on TEXT,
  certainty TEXT,
  met_on TEXT,
  late INTEGER,
  status TEXT NOT NULL,
  owed_by TEXT NOT NULL,
  clauses TEXT NOT NULL,
  basis TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  instrument TEXT NOT NULL REFERENCES instrument (id),
  reference TEXT NOT NULL
) STRICT;
CREATE INDEX public.obligations_status ON obligations (status);
CREATE INDEX public.obligations_item ON obligations (item);
CREATE INDEX public.obligations_zone ON obligations (zone);
CREATE INDEX public.obligations_duty ON obligations (duty);

-- Every agreement with what it contains and lacks; terms joined by ;
CREATE TABLE public.agreement_terms (
  number TEXT PRIMARY KEY,
  department TEXT REFERENCES departments (id),
  department_name TEXT,
  grantor_zone TEXT REFERENCES zones (id),
  zone TEXT NOT NULL REFERENCES zones (id),
  zone_name TEXT NOT NULL,
  signed_on TEXT NOT NULL,
  effective_on TEXT,
  expires_on TEXT,
  items INTEGER NOT NULL,
  covers TEXT NOT NULL,
  contains TEXT,
  lacks TEXT,
  lacks_advisable TEXT,
  document TEXT,
  url TEXT,
  renews TEXT,
  filed_on TEXT,
  terminated_on TEXT,
  termination_basis TEXT,
  dissolved_public_on TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;

CREATE TABLE public.guidance_requests (
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL REFERENCES zones (id),
  department TEXT NOT NULL REFERENCES departments (id),
  department_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  raised_on TEXT NOT NULL,
  answered_on TEXT,
  text TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;

-- Applicable obligations by status. kind 'overall' has one row, of id ''; 'instrument' has rows
-- where there are several. Duties of one name count together, and two names can share an id.
CREATE TABLE public.progress (
  kind TEXT NOT NULL CHECK (kind IN ('overall', 'instrument', 'zone', 'department', 'duty')),
  id TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  place INTEGER,
  applicable INTEGER NOT NULL,
  met INTEGER NOT NULL,
  on_time INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  overdue INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (kind, id, name_zh)
) STRICT;

-- The same of each body and duty: duties of one name count together.
CREATE TABLE public.progress_by_duty (
  kind TEXT NOT NULL CHECK (kind IN ('zone', 'department')),
  body TEXT NOT NULL,
  duty_zh TEXT NOT NULL,
  duty_en TEXT NOT NULL,
  applicable INTEGER NOT NULL,
  met INTEGER NOT NULL,
  on_time INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  overdue INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (kind, body, duty_zh, duty_en)
) STRICT;

-- Papers as they were when this was published: workbooks to fill in, letters, and of the office the
-- report on progress and the workbook of the audit. instrument: of a workbook to fill in, as each
-- instrument has its own; else ''. part: from 0; a large paper is kept in several.
CREATE TABLE public.downloads (
  body TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('workbook', 'letter', 'progress', 'audit')),
  instrument TEXT NOT NULL,
  name TEXT NOT NULL,
  part INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (body, kind, instrument, part)
) STRICT;

-- What a workbook that is uploaded is compared with, as compressed JSON: of each body its own rows of
-- the ledger; body '' of what is the same for all, the instrument and its items.
CREATE TABLE public.ledger_states (
  instrument TEXT NOT NULL,
  body TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (instrument, body)
) STRICT;
