"""Shopify's GraphQL: from a text to a valid document with its cost, or to errors with Shopify's messages.

Takes the text and the variables of a request and returns a document that can be executed, or error entries.
Imports values/, and not the store.
"""
