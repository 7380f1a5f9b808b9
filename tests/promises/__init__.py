"""Guarantees of the whole program, tested with killed processes, many writers and hostile receivers.

Small in the ordinary suite; each can be run at any size, as `python -m tests.promises.deliveries --kills 100`.
"""
