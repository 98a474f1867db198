-- Further names of zones, as lists have them; of departments they are in department_alias.
CREATE TABLE zone_alias (
  alias TEXT PRIMARY KEY,
  zone INTEGER NOT NULL REFERENCES zone (no)
) STRICT;
