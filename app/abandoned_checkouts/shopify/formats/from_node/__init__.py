"""From a node of an Admin GraphQL response to a Checkout.

Takes decoded JSON, from a page or a bulk file, and returns a Checkout; raises RejectedRecordError. Imports values/.
"""
