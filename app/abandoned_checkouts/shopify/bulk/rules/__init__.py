"""The rules of bulk operations: allowed queries, result files, and the webhook about the end.

Takes a query text or a stored row; returns user errors or values. Imports values/, language/ and the store, which may
keep the files.
"""
