-- What sites say of each instrument: data, so that nothing of one instrument stands in code.

-- The place as titles name it: stated, or as the issuer's name begins (某市, of 某市人民政府).
ALTER TABLE instrument ADD COLUMN place_zh TEXT;
ALTER TABLE instrument ADD COLUMN place_en TEXT;
-- `source` in English, for English pages.
ALTER TABLE instrument ADD COLUMN source_en TEXT;

-- The first edition had these in its code, with the English of the one that it shipped.
UPDATE instrument SET place_zh =
  CASE WHEN instr(issuer, '人民政府') > 1
       THEN substr(issuer, 1, instr(issuer, '人民政府') - 1) ELSE issuer END;
UPDATE instrument SET
  place_en = 'Liaocheng',
  source_en = 'Gazette of the People''s Government of Liaocheng, 2021 no. 4 (no. 217 overall)'
WHERE id = 'liaocheng-2021-8';
