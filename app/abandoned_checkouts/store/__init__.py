"""The store: all SQL, for SQLite and PostgreSQL.

Takes nouns, queries as data and the meaning of a search; returns nouns and rows. Its packages, inner to outer, each of
which imports only those before it: tables, engine (with migrations beside it), reading, search, outbox, tenants,
checkouts, flows, privacy. Imports abandoned_checkouts.checkouts and search_syntax.
"""
