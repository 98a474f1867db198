"""The SQLite file: schema, views, and one transaction a change."""
