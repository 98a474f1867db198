"""The log of changes: one line for each row of a record that was set or ended.

Triggers write it, over every table of records, whatever changes them. Three kinds of line, each a
JSON object: one opens a change (who, when, by which command), one names the columns of a table, one
holds a row. The tables of records are the fold of the log; what is hashed are the stored bytes.
"""
