/* checkpoints: those that were made of the log: its lines, its bytes as exported, and their SHA-256. */
SELECT c.no AS no,
       c.entries AS entries,
       c.bytes AS bytes,
       c.sha256 AS sha256,
       c.at AS made_at,
       substr(c.at, 1, 10) AS made_on
FROM checkpoint AS c
