"""Scoring sets of leads: a checked model becomes one SQL query, which DuckDB runs."""
