"""Loads of the platform's files: written, compared, voided, and held against their digests."""
