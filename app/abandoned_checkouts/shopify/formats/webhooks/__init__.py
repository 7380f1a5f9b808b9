"""Webhook deliveries as Shopify sends them: topics, payloads, filters, headers, signatures.

Takes stored documents and returns the payload and headers of a delivery. Imports values/ and to_rest/.
"""
