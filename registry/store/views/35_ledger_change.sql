/* ledger_change: cells that workbooks, and fields that commands changed, as the log has them: what
   each said and says; NULL: nothing. Where proof was moved from one deliverable to another, sheet is
   deliverables, key the number of one that was changed, and old and new are its row as JSON. */
SELECT e.seq AS no,
       CAST(json_extract(e.body, '$.row[0]') AS INTEGER) AS import,
       CAST(json_extract(e.body, '$.row[1]') AS INTEGER) AS instrument,
       json_extract(e.body, '$.row[2]') AS sheet,
       json_extract(e.body, '$.row[3]') AS key,
       json_extract(e.body, '$.row[4]') AS field,
       json_extract(e.body, '$.row[5]') AS old,
       json_extract(e.body, '$.row[6]') AS new
FROM entry AS e
WHERE instr(substr(e.body, 1, 64), ',"table":"ledger_change","op":') > 0
