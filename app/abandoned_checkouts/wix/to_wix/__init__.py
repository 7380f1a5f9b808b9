"""Stored rows become Wix's JSON: checkouts, line items, discounts and prices.

Takes rows and returns JSON objects. Imports the nouns alone.
"""
