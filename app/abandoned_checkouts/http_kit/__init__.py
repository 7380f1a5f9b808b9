"""The parts of HTTP that every endpoint shares: bodies with limits, refusals, JSON responses, tokens, compression.

A request comes in; its body, token and address come out, or a RefusedError, which each dialect writes in its own form.
This package imports Starlette, orjson and isal; of the project only the types of JSON.
"""
