"""What mutations do: inputs are checked, the store is changed, and user errors are returned.

Takes a request and plain inputs; returns rows or user errors. Imports resolving/ and language/, no GraphQL type.
"""
