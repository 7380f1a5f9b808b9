"""Nouns become REST JSON: one module per noun.

Takes a Checkout or Customer and returns JSON objects. Imports values/ and the parsing side for shared names.
"""
