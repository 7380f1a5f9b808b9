"""GraphQL as Shopify speaks it: text becomes a checked document with its cost, or errors in Shopify's words.

Takes the text and the variables of a request and returns a document that can be executed, or error entries.
Imports values/ and knows no store.
"""
