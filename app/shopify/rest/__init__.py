"""Checkouts as Shopify's REST API and its webhooks write them, read and written without loss."""
