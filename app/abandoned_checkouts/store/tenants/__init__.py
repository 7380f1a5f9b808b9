"""Shops, and their apps, tokens, settings, saved searches, bulk operations and throttle buckets.

Takes and returns shops and plain records. Imports tables/, engine/ and outbox/.
"""
