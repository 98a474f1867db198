/* item_change: what each list did to items, as the log has it. `replaced`: the item took another
   row's place and kept its id; `retired`: the list no longer has it, and its id is never given out
   again; `added`: it is new. old: the row as it was, as JSON, with what ended with it. */
SELECT CAST(json_extract(e.body, '$.row[0]') AS INTEGER) AS load,
       CAST(json_extract(e.body, '$.row[1]') AS INTEGER) AS instrument,
       json_extract(e.body, '$.row[2]') AS item,
       json_extract(e.body, '$.row[3]') AS change,
       json_extract(e.body, '$.row[4]') AS old_name,
       CAST(json_extract(e.body, '$.row[5]') AS DOUBLE) AS score,
       json_extract(e.body, '$.row[6]') AS decided_by,
       json_extract(e.body, '$.row[7]') AS old
FROM entry AS e
WHERE instr(substr(e.body, 1, 64), ',"table":"item_change","op":') > 0
