"""Completion rates: for a terminal, as a page, as a 进度通报."""
