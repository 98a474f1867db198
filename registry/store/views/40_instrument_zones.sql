/* instrument_zones: the zones that hold, or held, what an instrument confers: those that it names,
   those that a later instrument extended it to, and their successors. The clause is the
   instrument's own; of the latter, that of the list in which the items stand. */
SELECT iz.instrument AS instrument_no,
       iz.zone AS zone_no,
       iz.clause AS clause
FROM instrument_zone AS iz
UNION ALL
SELECT joined.instrument_no, joined.zone_no, joined.clause
FROM (
  SELECT i.instrument AS instrument_no, coalesce(p.zone, d.zone) AS zone_no, min(ax.clause) AS clause
  FROM period AS p
  JOIN delegation_period AS dp ON dp.period = p.no
  JOIN delegation AS d ON d.no = dp.delegation
  JOIN item AS i ON i.no = d.item
  JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
  WHERE p.zone IS NOT NULL OR d.effect IS NOT NULL
  GROUP BY i.instrument, coalesce(p.zone, d.zone)
) AS joined
WHERE NOT EXISTS (
  SELECT 1 FROM instrument_zone AS own
  WHERE own.instrument = joined.instrument_no AND own.zone = joined.zone_no
)
