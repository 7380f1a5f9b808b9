"""Shopify's values: global ids, cursors, plain text of HTML, and texts that a store can keep.

Functions take texts or rows and return texts or rows. Imports nothing else of the Shopify dialect.
"""
