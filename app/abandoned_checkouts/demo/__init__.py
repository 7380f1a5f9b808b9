"""The demo shop: generated customers, checkouts, orders and products.

Takes a seed and a number of checkouts; writes one shop into the store. The same seed creates the same shop, and all
people in it are fictional. Imports access/, checkouts/, recovery/, reports/ and the store.
"""
