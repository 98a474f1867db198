/* item_limits: how long the law lets a decision on an item take, from acceptance; extension: more
   where it is approved. Items whose type of power has such a limit. */
SELECT i.no AS item_no,
       m.power_type AS power_type,
       m.amount AS amount,
       m.unit AS unit,
       m.extension AS extension
FROM legal_limit AS m
JOIN item AS i ON i.power_type = m.power_type
