"""Webhook deliveries in Shopify's form: topics, payloads, filters, headers, signatures.

Takes stored documents and returns the bytes and headers of a delivery. Imports values/ and to_rest/.
"""
