"""Flows: rules that send mails and notifications about abandoned checkouts.

Takes YAML or JSON and the facts of a checkout; returns flows and decisions. Pure rules: work/ executes them. Imports
checkouts/ and search_syntax.
"""
