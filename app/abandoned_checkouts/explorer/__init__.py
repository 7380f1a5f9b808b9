"""The explorer: a GraphiQL page with tables, examples and search help. It needs no internet.

Takes HTTP requests; returns the built page, its session and help for a search text. The session and the searchable
fields are passed in. Imports http_kit/, checkouts/json_types and search_syntax, but no store.
"""
