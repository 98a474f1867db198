/* powers: the legal powers (权力) behind items of different instruments, as a person has set them,
   without those that were voided. items and instruments: how many are of it now. */
SELECT 'Q-' || CAST(p.no AS TEXT) AS key,
       p.name AS name,
       p.power_type AS power_type,
       p.law AS law,
       p.article AS article,
       p.basic_code AS basic_code,
       (SELECT count(*) FROM item_power AS x WHERE x.power = p.no) AS items,
       (SELECT count(DISTINCT i.instrument) FROM item_power AS x
        JOIN item AS i ON i.no = x.item WHERE x.power = p.no) AS instruments,
       p.provenance AS provenance,
       p.source AS source,
       p.no AS power_no
FROM power AS p
WHERE p.voided_on IS NULL
