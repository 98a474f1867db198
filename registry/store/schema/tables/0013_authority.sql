-- What a delegation lets its delegate do: acts, what each mode gives of them, what a delegation
-- derives from, and what the law asks of a zone's body.

-- Opening a change by updating its row takes half the time of inserting into a view.
ALTER TABLE log_state ADD COLUMN opening INTEGER NOT NULL DEFAULT 0;

-- The steps of handling a matter, in their order.
CREATE TABLE act (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  name_en TEXT NOT NULL
) STRICT;
INSERT INTO act (id, position, name, name_en) VALUES
  ('receive', 1, '收件', 'receive'),
  ('accept', 2, '受理', 'accept'),
  ('examine', 3, '审查', 'examine'),
  ('decide', 4, '决定', 'decide'),
  ('issue', 5, '制证送达', 'issue and deliver'),
  ('revoke', 6, '撤销变更注销', 'revoke, alter or cancel'),
  ('inspect', 7, '检查', 'inspect'),
  ('penalise', 8, '处罚', 'penalise'),
  ('coerce', 9, '强制措施', 'coerce');

-- What a mode gives of an act, where the delegation is in force. power_type '': of every type of item
-- that no other row names. by_agreement: an agreement that names the act makes it a yes. name_of,
-- respondent, answered_by: department, delegate, delegate-if-authorised, zone-by-status, or the name
-- of a body; NULL: not stated. contested: what two texts say that disagree.
CREATE TABLE act_rule (
  instrument INTEGER NOT NULL,
  mode TEXT NOT NULL,
  act TEXT NOT NULL REFERENCES act (id),
  power_type TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'undetermined')),
  basis TEXT NOT NULL CHECK (basis IN ('text', 'reading')),
  clause TEXT NOT NULL,
  needs_agreement INTEGER NOT NULL CHECK (needs_agreement IN (0, 1)),
  by_agreement INTEGER NOT NULL CHECK (by_agreement IN (0, 1)),
  name_of TEXT,
  seal_zh TEXT,
  seal_en TEXT,
  respondent TEXT,
  answered_by TEXT,
  condition_zh TEXT,
  condition_en TEXT,
  condition_duty TEXT,
  contested_zh TEXT,
  contested_en TEXT,
  PRIMARY KEY (instrument, mode, act, power_type),
  FOREIGN KEY (instrument, mode) REFERENCES mode (instrument, name),
  FOREIGN KEY (instrument, clause) REFERENCES clause (instrument, id)
) STRICT;

-- What an item's delegations derive from: the delegation by which the grantor holds the power itself.
-- Without a row it is the grantor's own. The parent may be of an instrument that is not loaded.
CREATE TABLE derivation (
  item INTEGER PRIMARY KEY REFERENCES item (no) ON DELETE CASCADE,
  parent_instrument TEXT NOT NULL,
  parent_item TEXT NOT NULL,
  parent_zone TEXT NOT NULL
) STRICT;

-- The law, regulation or rule that allows an item to be entrusted.
CREATE TABLE entrustment_basis (
  item INTEGER PRIMARY KEY REFERENCES item (no) ON DELETE CASCADE,
  basis TEXT NOT NULL
) STRICT;

-- What the law asks of a zone's body. approved_by: who approved the zone; authorised_by: what
-- authorises the body to act in its own name.
CREATE TABLE zone_status (
  zone INTEGER PRIMARY KEY REFERENCES zone (no),
  approved_by TEXT CHECK (approved_by IN ('国务院', '省政府', '其他')),
  authorised_by TEXT,
  source TEXT NOT NULL
) STRICT;

-- Acts that an agreement's powers name, joined by `;`; NULL: it names none.
ALTER TABLE agreement ADD COLUMN acts TEXT;

-- The days beside: other engines add no days to a text.
ALTER TABLE agreement ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(from_on, '-1 day')) VIRTUAL;
ALTER TABLE agreement ADD COLUMN after_on TEXT
  GENERATED ALWAYS AS (date(to_on, '+1 day')) VIRTUAL;
ALTER TABLE period ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(from_on, '-1 day')) VIRTUAL;
ALTER TABLE body_event ADD COLUMN before_on TEXT
  GENERATED ALWAYS AS (date(on_day, '-1 day')) VIRTUAL;
