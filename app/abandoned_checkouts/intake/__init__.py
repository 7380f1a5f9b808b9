"""Intake: receives checkouts, customers and orders by webhooks, files and storefronts.

Takes HTTP requests and files in the formats of Shopify and Wix; writes to the store and returns an outcome, or the
reason for a rejection. Imports http_kit/, the store, access/, checkouts/, shopify/formats and wix/.
"""
