"""Decides about access: which kind of caller may do what, with which scopes, permissions and approvals.

Takes a caller, an endpoint and a kind of data; returns the reason to refuse, or None. Pure; imports checkouts/ only.
"""
