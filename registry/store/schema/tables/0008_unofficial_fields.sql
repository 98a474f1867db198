-- What an official list leaves open of an item, and who says it then.

-- The scope of items whose list states none; NULL: it is read from the remark.
ALTER TABLE annex ADD COLUMN default_scope TEXT CHECK (default_scope IN ('全部', '部分'));

-- text: the list states the scope, or the instrument for the whole annex; reading: read from the
-- remark. NULL: no scope.
ALTER TABLE item ADD COLUMN scope_basis TEXT CHECK (scope_basis IN ('text', 'reading'));
UPDATE item SET scope_basis = 'text' WHERE scope IS NOT NULL;

-- Fields of official items whose value is not the official list's: kept from an unofficial row that
-- it replaced, or read. position: the fields' order, the same for all items.
CREATE TABLE item_unofficial_field (
  item INTEGER NOT NULL REFERENCES item (no),
  position INTEGER NOT NULL,
  field TEXT NOT NULL,
  PRIMARY KEY (item, position),
  UNIQUE (item, field)
) STRICT, WITHOUT ROWID;

-- The first edition read the initiation from the type, and said so in our note. 3: its position.
INSERT INTO item_unofficial_field
SELECT no, 3, 'initiation' FROM item
WHERE provenance = 'official' AND our_note LIKE '清单未载明申请方式%';
