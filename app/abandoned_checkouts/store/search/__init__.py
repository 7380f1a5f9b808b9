"""Search: the meaning of a query as SQL conditions, and the full-text index of checkouts.

Takes the tree that search_syntax makes and returns conditions; takes texts and writes index terms.
Imports tables/, engine/, reading/ and search_syntax.
"""
