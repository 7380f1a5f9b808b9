"""What types and roots are built with: the request, fields, connections, lists and the search argument.

A field declaration becomes a resolver and a description that execution/ compiles. Imports no type.
"""
