"""Search: what a parsed search text means becomes SQL conditions and index terms.

Takes the meaning of search_syntax and returns a narrowed list. Imports tables/, engine/ and reading/.
"""
