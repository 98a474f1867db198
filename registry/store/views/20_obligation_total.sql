/* obligation_total: how many obligations have which status as of the day: to be summed up. An audit
   of everything lays it down by duty and status alone, item_no and zone_no NULL. */
SELECT o.duty_no AS duty_no,
       o.item_no AS item_no,
       o.zone_no AS zone_no,
       o.status AS status,
       1 AS obligations
FROM obligation_state AS o
