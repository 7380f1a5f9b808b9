"""Permissions of a caller: access scopes, protected customer data, rate limits.

Takes an app's scopes and approvals and returns refusals. Imports values/ and language/.
"""
