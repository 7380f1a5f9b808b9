"""One GraphQL noun per module, with its enums and input types.

Rows of the store become fields. Imports resolving/ and other types.
"""
