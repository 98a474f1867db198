-- Sessions of those who are signed in, version 1. What changes is a new version; this one stays.

-- key: SHA-256 of the cookie's value, which stands nowhere. fingerprint: of the user as it was when
-- the session began. began, seen: seconds since 1970. agent: what the browser says of itself.
CREATE TABLE session (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  began REAL NOT NULL,
  seen REAL NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX session_user ON session (user, no);

-- The last time step of which a code of the second factor was taken: none is taken twice.
CREATE TABLE used_code (
  user TEXT PRIMARY KEY,
  step INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
