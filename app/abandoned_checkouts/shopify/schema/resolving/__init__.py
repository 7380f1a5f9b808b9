"""The building blocks of types and roots: the request, fields, connections, lists and the search argument.

Takes field declarations; returns Strawberry fields with a resolver and a source, which execution/ compiles.
Imports no type.
"""
