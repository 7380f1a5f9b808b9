"""The JSON of Shopify's APIs: checkouts, customers, orders and webhook payloads.

Converts JSON of REST or GraphQL to the nouns of abandoned_checkouts.checkouts, and nouns to JSON. Imports values/.
"""
