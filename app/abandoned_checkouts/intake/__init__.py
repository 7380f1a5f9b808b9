"""Intake: checkouts, customers and orders arrive by webhook, file or storefront.

Takes HTTP requests and files in the formats of Shopify and Wix; writes to the store and returns an outcome or the
reason of a rejection. Imports http_kit/, the store, checkouts/, shopify/formats and wix/.
"""
