"""Counts a shop again from its rows: after an upgrade, after a change of its time zone, and on request.

Takes a shop; counts the differences in small transactions. Imports checkouts/, reports/ and the layers that they use.
"""
