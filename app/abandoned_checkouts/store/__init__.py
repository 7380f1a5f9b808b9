"""The store: all SQL, for SQLite and PostgreSQL.

Takes checkouts and other objects, queries as data, and the meaning of a search; returns objects and rows. Imports
access/, checkouts/ and search_syntax. Each of its packages imports only the packages before it in this list: tables,
engine (with migrations beside it), reading, search, outbox, tenants, checkouts, flows, privacy, twin.
"""
