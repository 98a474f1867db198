-- The public file. Column names are those of the working file's views, for the same things, so that
-- one query runs on both. `no` numbers items and delegations in the official order: it is what the
-- full-text index refers to, and unlike a bare rowid it never changes.
--
-- Ids of items and delegations, and numbers of agreements, are unique here: they are as people read
-- them, the instrument's own, with the instrument before them (INSTRUMENT:ID) where several
-- instruments have the same. `reference` names the instrument always.

CREATE TABLE public.as_of (date TEXT PRIMARY KEY) STRICT;

-- One row: what the registry's log of changes was at this publication, and when its last change, or
-- checkpoint, was made. Every later log begins with the same bytes: head -c BYTES log.jsonl | sha256sum.
CREATE TABLE public.log_head (
  entries INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  changed_at TEXT
) STRICT;

CREATE TABLE public.instrument (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  issuer TEXT NOT NULL,
  signed_on TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  issued_on_basis TEXT NOT NULL,
  gazette TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  source_en TEXT,
  place TEXT NOT NULL,
  place_en TEXT
) STRICT;

CREATE TABLE public.clauses (
  instrument TEXT NOT NULL REFERENCES instrument (id),
  id TEXT NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  PRIMARY KEY (instrument, id)
) STRICT;

-- due_on NULL: counted from an agreement or from each case, or beyond the calendar.
CREATE TABLE public.duties (
  instrument TEXT NOT NULL REFERENCES instrument (id),
  id TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  modes TEXT NOT NULL,
  initiation TEXT,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('working', 'calendar')),
  counted_from TEXT NOT NULL CHECK (counted_from IN ('issue', 'agreement', 'case')),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  due_on TEXT,
  clauses TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  PRIMARY KEY (instrument, id)
) STRICT;

-- The days from issue to the last deadline that is counted from issue. ordinal: working days so
-- far, the day of issue not counted.
CREATE TABLE public.workdays (
  instrument TEXT NOT NULL REFERENCES instrument (id),
  date TEXT NOT NULL,
  is_workday INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  PRIMARY KEY (instrument, date)
) STRICT;

CREATE TABLE public.annexes (
  instrument TEXT NOT NULL REFERENCES instrument (id),
  annex INTEGER NOT NULL,
  title TEXT NOT NULL,
  role TEXT NOT NULL,
  control_total INTEGER,
  counted INTEGER NOT NULL,
  items INTEGER NOT NULL,
  unofficial INTEGER NOT NULL,
  partly_official INTEGER NOT NULL,
  unofficial_fields TEXT,
  in_text INTEGER NOT NULL,
  clause TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  PRIMARY KEY (instrument, annex),
  FOREIGN KEY (instrument, clause) REFERENCES clauses (instrument, id)
) STRICT;

CREATE TABLE public.zones (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

CREATE TABLE public.departments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

-- receive … state: as in `delegations`, where all zones of the item have the same, else 各区不同;
-- state_from: where all have the same state since the same day.
CREATE TABLE public.items (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  receive TEXT CHECK (receive IN ('可以', '不可以', '无法判定', '各区不同')),
  accept TEXT CHECK (accept IN ('可以', '不可以', '无法判定', '各区不同')),
  examine TEXT CHECK (examine IN ('可以', '不可以', '无法判定', '各区不同')),
  decide TEXT CHECK (decide IN ('可以', '不可以', '无法判定', '各区不同')),
  issue TEXT CHECK (issue IN ('可以', '不可以', '无法判定', '各区不同')),
  implement TEXT CHECK (implement IN ('可以', '不可以', '无法判定', '各区不同')),
  state TEXT,
  state_from TEXT,
  power_type TEXT NOT NULL,
  mode TEXT NOT NULL,
  department TEXT,
  scope TEXT,
  remark TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  law TEXT,
  law_version TEXT,
  article TEXT,
  annex INTEGER NOT NULL,
  initiation TEXT NOT NULL,
  source TEXT NOT NULL,
  unofficial_fields TEXT,
  scope_basis TEXT,
  instrument TEXT NOT NULL REFERENCES instrument (id),
  annex_role TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entrusts INTEGER NOT NULL,
  legal_level TEXT,
  reform_mode TEXT,
  basic_code TEXT,
  implementation_code TEXT,
  parent TEXT REFERENCES items (id),
  counts_in_total INTEGER NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  no INTEGER NOT NULL UNIQUE,
  FOREIGN KEY (instrument, annex) REFERENCES annexes (instrument, annex)
) STRICT;
CREATE INDEX public.items_state ON items (state);
CREATE INDEX public.items_power_type ON items (power_type);
CREATE INDEX public.items_mode ON items (mode);
CREATE INDEX public.items_department ON items (department);
CREATE INDEX public.items_annex ON items (annex);
CREATE INDEX public.items_instrument ON items (instrument);
CREATE INDEX public.items_parent ON items (parent);
-- All that the search page reads of every item.
CREATE INDEX public.items_searched ON items (no, id, name, initiation, power_type);

-- doubts: recorded days that can't be, as effective before signed (effective_on=2021-05-01), joined
-- by ;. Their columns are NULL.
CREATE TABLE public.agreements (
  number TEXT PRIMARY KEY,
  department TEXT NOT NULL REFERENCES departments (id),
  department_name TEXT NOT NULL,
  zone TEXT NOT NULL REFERENCES zones (id),
  zone_name TEXT NOT NULL,
  signed_on TEXT NOT NULL,
  effective_on TEXT,
  expires_on TEXT,
  terminated_on TEXT,
  from_on TEXT NOT NULL,
  doubts TEXT,
  renews TEXT,
  items INTEGER NOT NULL,
  covers TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;
CREATE INDEX public.agreements_department ON agreements (department);
CREATE INDEX public.agreements_zone ON agreements (zone);
CREATE INDEX public.agreements_instrument ON agreements (instrument);

-- receive … issue: whether the zone may do the act for the item on the day; implement: the same of the
-- act that an item consists of for which nobody applies, NULL for all others. state: as in view
-- standing, and state_from its first day. All as registry.authority answers, and nothing else does.
-- agreement_provenance: of what the columns on agreements and exercisable_from rest on; provenance is
-- the item's.
CREATE TABLE public.delegations (
  id TEXT PRIMARY KEY,
  item TEXT NOT NULL REFERENCES items (id),
  item_name TEXT NOT NULL,
  zone TEXT NOT NULL REFERENCES zones (id),
  zone_name TEXT NOT NULL,
  receive TEXT NOT NULL CHECK (receive IN ('可以', '不可以', '无法判定')),
  accept TEXT NOT NULL CHECK (accept IN ('可以', '不可以', '无法判定')),
  examine TEXT NOT NULL CHECK (examine IN ('可以', '不可以', '无法判定')),
  decide TEXT NOT NULL CHECK (decide IN ('可以', '不可以', '无法判定')),
  issue TEXT NOT NULL CHECK (issue IN ('可以', '不可以', '无法判定')),
  implement TEXT CHECK (implement IN ('可以', '不可以', '无法判定')),
  state TEXT NOT NULL CHECK (
    state IN ('尚未生效', '待签协议', '生效', '中止', '委托届满', '已解除', '已收回', '上级失效')
  ),
  state_from TEXT,
  mode TEXT NOT NULL,
  department TEXT,
  agreement_status TEXT NOT NULL
    CHECK (agreement_status IN ('不适用', '未签订', '已签订', '已届满', '已解除')),
  exercisable_from TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  agreement TEXT REFERENCES agreements (number),
  agreement_provenance TEXT
    CHECK (agreement_provenance IN ('official', 'reconstruction', 'demonstration')),
  power_type TEXT NOT NULL,
  scope TEXT,
  remark TEXT,
  conferred INTEGER NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  initiation TEXT NOT NULL,
  source TEXT NOT NULL,
  unofficial_fields TEXT,
  instrument TEXT NOT NULL REFERENCES instrument (id),
  annex INTEGER NOT NULL,
  annex_role TEXT NOT NULL,
  entrusts INTEGER NOT NULL,
  agreement_since TEXT,
  agreement_gap_days INTEGER,
  agreement_ends_on TEXT,
  conferral TEXT NOT NULL CHECK (
    conferral IN ('尚未生效', '已赋权', '已中止', '已收回', '已到期', '不再实施')
  ),
  territory TEXT,
  opened_by TEXT,
  opening_clause TEXT NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  no INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX public.delegations_item ON delegations (item);
CREATE INDEX public.delegations_zone ON delegations (zone);
CREATE INDEX public.delegations_mode ON delegations (mode);
CREATE INDEX public.delegations_department ON delegations (department);
CREATE INDEX public.delegations_power_type ON delegations (power_type);
CREATE INDEX public.delegations_agreement ON delegations (agreement);
CREATE INDEX public.delegations_agreement_status ON delegations (agreement_status);
CREATE INDEX public.delegations_instrument ON delegations (instrument);
CREATE INDEX public.delegations_state ON delegations (state);

-- The answer for each delegation in a sentence: whom to go to in the zone, or who does it instead.
-- provenance: the weakest of the rows that the answer rests on.
CREATE TABLE public.answers (
  delegation TEXT PRIMARY KEY REFERENCES delegations (id),
  item TEXT NOT NULL REFERENCES items (id),
  zone TEXT NOT NULL REFERENCES zones (id),
  answer_zh TEXT NOT NULL,
  answer_en TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;
CREATE INDEX public.answers_item ON answers (item);
CREATE INDEX public.answers_zone ON answers (zone);
CREATE INDEX public.answers_instrument ON answers (instrument);

-- zone NULL: in every zone.
CREATE TABLE public.deliverables (
  id INTEGER PRIMARY KEY,
  duty TEXT NOT NULL,
  duty_name TEXT NOT NULL,
  zone TEXT REFERENCES zones (id),
  done_on TEXT NOT NULL,
  url TEXT,
  items INTEGER NOT NULL,
  covers TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;
CREATE INDEX public.deliverables_duty ON deliverables (duty);
CREATE INDEX public.deliverables_zone ON deliverables (zone);
CREATE INDEX public.deliverables_instrument ON deliverables (instrument);

-- Where an item is handled in a zone, and whom to ask; what is not recorded is NULL.
CREATE TABLE public.services (
  id INTEGER PRIMARY KEY,
  delegation TEXT NOT NULL REFERENCES delegations (id),
  item TEXT NOT NULL REFERENCES items (id),
  item_name TEXT NOT NULL,
  zone TEXT NOT NULL REFERENCES zones (id),
  guide_url TEXT,
  apply_url TEXT,
  address TEXT,
  hours TEXT,
  consult_phone TEXT,
  complaint_phone TEXT,
  time_limit TEXT,
  fee TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;
CREATE INDEX public.services_delegation ON services (delegation);
CREATE INDEX public.services_item ON services (item);
CREATE INDEX public.services_zone ON services (zone);
CREATE INDEX public.services_instrument ON services (instrument);

CREATE TABLE public.zone_contacts (
  zone TEXT PRIMARY KEY REFERENCES zones (id),
  guide_url TEXT,
  apply_url TEXT,
  address TEXT,
  hours TEXT,
  consult_phone TEXT,
  complaint_phone TEXT,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL
) STRICT;

-- What changed when, the latest first: a turn of the state of items in a zone, or, where before and
-- state are the same, of the terms that `terms` names. cause: instrument, body (an event of a body),
-- agreement, term (it ran out), termination, or parent (what it derives from). covers: ids of items.
CREATE TABLE public.changes (
  id INTEGER PRIMARY KEY,
  day TEXT NOT NULL,
  zone TEXT NOT NULL REFERENCES zones (id),
  before TEXT NOT NULL,
  state TEXT NOT NULL,
  mode TEXT,
  terms TEXT,
  cause TEXT NOT NULL
    CHECK (cause IN ('instrument', 'body', 'agreement', 'term', 'termination', 'parent')),
  ref TEXT,
  clause TEXT,
  annex_role TEXT NOT NULL,
  items INTEGER NOT NULL,
  covers TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('official', 'reconstruction', 'demonstration')),
  source TEXT NOT NULL,
  instrument TEXT NOT NULL REFERENCES instrument (id)
) STRICT;
CREATE INDEX public.changes_zone ON changes (zone);
CREATE INDEX public.changes_day ON changes (day);
CREATE INDEX public.changes_instrument ON changes (instrument);

-- What instruments are called in English, and what is named in them, as far as they say. kind:
-- instrument, annex (INSTRUMENT:NUMBER), mode, zone or department.
CREATE TABLE public.english_names (
  kind TEXT NOT NULL,
  of TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (kind, of)
) STRICT;

-- Standalone indexes over names alone, of the tokens that site/search/full_text.py makes.
CREATE VIRTUAL TABLE public.items_fts USING fts5 (name, columnsize = 0);
CREATE VIRTUAL TABLE public.delegations_fts USING fts5 (item_name, columnsize = 0);

-- How the characters of names are read, by syllable (site/search/pinyin.py). It is looked
-- through whole, and is an index only so that it is hidden as those are.
CREATE VIRTUAL TABLE public.readings_fts USING fts5 (
  syllable, characters UNINDEXED, others UNINDEXED, columnsize = 0
);

-- The words that the search knows, as JSON in one row (site/search/vocabulary.py); hidden likewise.
CREATE VIRTUAL TABLE public.words_fts USING fts5 (content UNINDEXED, columnsize = 0);
