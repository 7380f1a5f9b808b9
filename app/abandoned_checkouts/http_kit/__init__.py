"""The parts of HTTP that every endpoint shares: bodies with limits, refusals, JSON responses, tokens, compression.

Takes a request; returns its body, token and address, or raises RefusedError, which each dialect writes in its own form.
Imports Starlette, orjson and isal, and of this project access/hosts, the types of JSON and the
failures of the store.
"""
