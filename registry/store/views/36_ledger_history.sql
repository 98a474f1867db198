/* ledger_history: what ledger workbooks changed, cell by cell, the latest import first. */
SELECT ins.id AS instrument,
       li.no AS import,
       li.imported_at AS imported_at,
       li.file AS file,
       lc.sheet AS sheet,
       lc.key AS key,
       lc.field AS field,
       lc.old AS old,
       lc.new AS new
FROM ledger_change AS lc
JOIN ledger_import AS li ON li.no = lc.import
JOIN instrument AS ins ON ins.no = lc.instrument
ORDER BY li.no DESC, lc.no
