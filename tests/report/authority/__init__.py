"""Tests of registry.report.authority."""
