"""Answers as text, as JSON, and as columns of a table."""
