"""Flows in the store: definitions, scheduled steps, and the facts that a step needs.

Takes and returns plain records. Imports tables/, engine/, tenants/ and checkouts/.
"""
