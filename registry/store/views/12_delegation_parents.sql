/* delegation_parents: the delegation from which another derives, as its list declares it: one row for
   each that declares one. loaded: whether its instrument is in the registry; parent_no NULL: it is
   not, or it confers no such thing. */
SELECT d.no AS delegation_no,
       x.parent_instrument || ':' || x.parent_item || '-' || x.parent_zone AS parent,
       CASE WHEN ins.no IS NULL THEN 0 ELSE 1 END AS loaded,
       up.no AS parent_no
FROM derivation AS x
CROSS JOIN delegation AS d -- in this order: few items derive from anything
LEFT JOIN instrument AS ins ON ins.id = x.parent_instrument
LEFT JOIN item AS i ON i.instrument = ins.no AND i.id = x.parent_item
LEFT JOIN zone AS z ON z.id = x.parent_zone
LEFT JOIN delegation AS up ON up.item = i.no AND up.zone = z.no
WHERE d.item = x.item
