"""Values in Shopify's formats: global ids, cursors, plain text from HTML, texts that every database can store.

Functions take and return texts and numbers. Imports no other package of the Shopify dialect.
"""
