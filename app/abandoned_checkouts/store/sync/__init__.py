"""Syncs: their progress and lease, the checkouts seen at the source, and how a listed checkout is stored.

Takes checkouts and moments; each function works in the caller's transaction, so that progress is stored with its rows.
May import checkouts/ and all layers of the store before this one.
"""
