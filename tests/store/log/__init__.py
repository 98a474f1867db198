"""Tests of the log of changes, written from the contract: what anyone can check, and how."""
