"""Shops and what belongs to a whole shop: apps, tokens, settings, saved searches, throttle buckets, bulk operations.

Takes and returns plain records. Imports outbox/, engine/ and tables/.
"""
