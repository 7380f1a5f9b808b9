"""A document is executed: by a compiled plan, or by graphql-core for what is not planned.

Takes a checked document and a request; returns the response's data as bytes. Imports schema/ and the layers below.
"""
