"""Delegated-authority registry: who may do what, on what basis, and what is still owed for it."""

__version__ = "0.1.0"
