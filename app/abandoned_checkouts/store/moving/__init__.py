"""Copies a SQLite store to PostgreSQL, table by table, and compares both by digests.

Takes the URLs of both and the setting of the secret key; returns the number of rows of each table. Imports the tables,
the engine and the full-text index.
"""
