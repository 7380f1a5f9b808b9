"""Wix's abandonedCheckout JSON becomes a Checkout.

Takes decoded JSON and returns nouns; raises RejectedRecordError. Imports the nouns alone.
"""
