-- The inbox, version 1. What changes is a new version in database.py; this one stays.

-- What a body handed in, or, while it is a draft, may yet hand in. token: what the working file
-- names it by. content: JSON; of a workbook what it would change, else what the form says.
CREATE TABLE submission (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('workbook', 'form', 'explanation')),
  body_kind TEXT NOT NULL CHECK (body_kind IN ('department', 'zone')),
  body TEXT NOT NULL,
  user TEXT NOT NULL,
  at TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('draft', 'received', 'approved', 'accepted', 'sent-back')),
  instrument TEXT NOT NULL,
  fingerprint TEXT,
  sha256 TEXT,
  size INTEGER,
  content TEXT NOT NULL CHECK (json_valid(content)),
  CHECK ((kind = 'workbook') = (sha256 IS NOT NULL AND size IS NOT NULL)),
  CHECK ((kind = 'workbook') = (fingerprint IS NULL))
) STRICT;
CREATE INDEX submission_body ON submission (body_kind, body, state);
-- The same is not handed in twice while it is not sent back.
CREATE UNIQUE INDEX submission_once ON submission (body_kind, body, coalesce(sha256, fingerprint))
  WHERE state IN ('received', 'approved') OR (state = 'accepted' AND sha256 IS NOT NULL);

-- What became of it, in order. word: what the office says to it.
CREATE TABLE step (
  submission INTEGER NOT NULL REFERENCES submission (no) ON DELETE CASCADE,
  at TEXT NOT NULL,
  state TEXT NOT NULL,
  user TEXT NOT NULL,
  word TEXT
) STRICT;
CREATE INDEX step_submission ON step (submission);

-- How often somebody handed in something on a day, also in vain.
CREATE TABLE attempt (
  user TEXT NOT NULL,
  day TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('upload', 'form')),
  n INTEGER NOT NULL,
  PRIMARY KEY (user, day, what)
) STRICT, WITHOUT ROWID;
