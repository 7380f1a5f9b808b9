"""The store: all SQL, for SQLite and PostgreSQL.

Takes checkouts and other objects, queries as data and the meaning of a search; returns objects and rows. Its packages,
from inner to outer, import only those before them: tables, engine (with migrations beside it), reading, search, outbox,
tenants, checkouts, flows, privacy, twin. Imports access/, checkouts/ and search_syntax.
"""
