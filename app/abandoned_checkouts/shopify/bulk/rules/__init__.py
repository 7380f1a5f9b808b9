"""What a bulk operation may be, where its file is, and what a finished one looks like.

Takes a query text or a stored row; returns user errors or values. Imports values/ and language/.
"""
