"""Converts stored rows to Wix's JSON: checkouts, line items, discounts and prices.

Takes rows and returns JSON objects. Imports checkouts/ and access/.
"""
