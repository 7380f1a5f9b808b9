"""Shops and what belongs to a shop as a whole: apps, tokens, settings, saved searches, bulk operations, rate buckets.

Takes and returns shops and plain records. Imports tables/, engine/ and outbox/.
"""
