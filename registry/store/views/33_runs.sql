/* runs: stored audits, the latest first. */
SELECT r.no AS run,
       r.as_of AS as_of,
       r.started_at AS started_at,
       r.instrument AS instrument,
       r.filters AS filters,
       r.examined AS examined,
       (SELECT count(*) FROM finding AS f WHERE f.run = r.no AND f.status = 'alarm') AS alarms,
       (SELECT count(*) FROM finding AS f WHERE f.run = r.no AND f.status = 'manual') AS manual,
       r.data_digest AS data_digest,
       r.rules_digest AS rules_digest
FROM run AS r
ORDER BY r.no DESC
