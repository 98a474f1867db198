/* finding_bodies: the bodies that owe a stored finding, one row each; `office`: the reform office. */
SELECT o.run AS run,
       o.fingerprint AS fingerprint,
       o.position AS position,
       o.body AS body
FROM finding_owed_by AS o
