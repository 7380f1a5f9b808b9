"""Checkouts and customers in the store: take, save, load, complete, delete.

Takes and returns checkouts and customers, and writes their events in the same transaction.
Imports tables/, engine/, search/ and outbox/.
"""
