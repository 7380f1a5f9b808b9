"""Checkouts and their people in the store: taken in, saved, loaded, completed, deleted.

Takes nouns and returns nouns, and writes their events in the same transaction.
Imports tables/, engine/, search/ and outbox/.
"""
