"""From REST JSON to nouns: one module per noun.

Takes decoded JSON and returns a Checkout, Customer, Order or part of one; raises RejectedRecordError.
Imports values/.
"""
