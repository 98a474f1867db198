"""Sheets as offices make them -> listed items, with every row accounted for."""
