"""The collection of incidents: each is declared once in scenarios.toml, with what happens and what a client should do.

The server runs a scenario with the twin's own operations and faults; the exam runs a client against each.
"""
