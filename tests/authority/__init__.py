"""Tests of registry.authority."""
