"""The explorer: a GraphiQL page with tables, examples and search help, served without the internet.

Takes HTTP requests; returns the built page, its session and help for a search text. The session and the searchable
fields are passed in. Imports search_syntax and no store.
"""
