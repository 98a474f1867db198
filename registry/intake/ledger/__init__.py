"""The ledger as files: CSV files of a data root, and workbooks that offices fill in."""
