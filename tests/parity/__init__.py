"""Compares two servers of the Shopify Admin API: a real shop and this server, or two of ours.

Takes two addresses with tokens; sends both the same read-only requests; returns differences and recordings in which
every value that can be personal is a keyed pseudonym. `make parity` runs it.
"""
