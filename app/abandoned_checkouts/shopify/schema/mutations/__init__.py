"""The logic of mutations: check the inputs, change the store, return user errors.

Takes a request and plain inputs; returns rows or user errors. Imports resolving/ and language/, no GraphQL type.
"""
