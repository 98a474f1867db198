-- What sites say of each instrument, and which duties are fulfilled in public: data, so that nothing
-- of one instrument stands in code.

-- The place as titles name it; NULL: as the issuer's name begins.
ALTER TABLE instrument ADD COLUMN place_zh TEXT;
ALTER TABLE instrument ADD COLUMN place_en TEXT;
-- `source` in English, for English pages.
ALTER TABLE instrument ADD COLUMN source_en TEXT;

-- Duties whose fulfilment is itself a publication: whatever else was delivered stays inside.
CREATE TABLE public_duty (
  duty INTEGER PRIMARY KEY REFERENCES duty (no)
) STRICT;

-- The first edition had these in its code: registries that it built had them said of every
-- instrument, and the English of the one that it shipped.
INSERT INTO public_duty
SELECT no FROM duty WHERE id IN
  ('service-guide', 'portal-notice', 'public-notice', 'powers-list', 'powers-list-removal');
UPDATE instrument SET
  place_en = 'Liaocheng',
  source_en = 'Gazette of the People''s Government of Liaocheng, 2021 no. 4 (no. 217 overall)'
WHERE id = 'liaocheng-2021-8';
