"""The store: the only SQL, on SQLite and PostgreSQL.

Takes nouns, queries as data and the meaning of a search; returns nouns and rows. tables/ and engine/ are its base;
the docstring of each other package says what it imports. Imports checkouts/ and search_syntax.
"""
