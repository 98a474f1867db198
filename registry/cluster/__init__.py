"""Registries that stay in several places, exported as Parquet and audited together on Spark.

What it takes beyond the ordinary dependencies is the extra `cluster`; see `extra`.
"""
