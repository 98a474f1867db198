"""What people read: audits, letters, workbooks, lists, progress. One module a format."""
