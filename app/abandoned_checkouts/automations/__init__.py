"""Flows: when a shop writes to the buyer of an abandoned checkout, and what it sends.

Takes YAML or JSON and the facts of a checkout; returns flows and decisions. Pure rules: work/ executes them. Imports
checkouts/ and search_syntax.
"""
