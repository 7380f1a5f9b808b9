"""Shopify's JSON, in and out: checkouts, customers, orders and webhook payloads.

JSON of REST or GraphQL becomes the nouns of abandoned_checkouts.checkouts, and the nouns become JSON.
Imports values/.
"""
