"""Search: the meaning of a query as SQL conditions, and the full-text index of checkouts.

Takes the meaning that search_syntax returns and returns SQL conditions; takes texts and writes index terms.
Imports tables/, engine/, reading/ and search_syntax.
"""
