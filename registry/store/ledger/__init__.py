"""The ledger in the file: entries, what they cover, workbooks sent out and taken in."""
