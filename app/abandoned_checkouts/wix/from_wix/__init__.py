"""From Wix's abandonedCheckout JSON to a Checkout.

Takes decoded JSON and returns nouns; raises RejectedRecordError. Imports checkouts/ alone.
"""
