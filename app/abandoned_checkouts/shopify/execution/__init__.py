"""Executes documents: by a compiled plan, or by graphql-core if there is no plan.

Takes a validated document and a request; returns the response's data as bytes. Imports schema/ and the layers below.
"""
