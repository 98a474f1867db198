"""Ledger workbooks (台账) that offices fill in."""
