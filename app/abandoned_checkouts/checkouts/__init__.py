"""The nouns and rules of abandoned checkouts: no storage, no transport, no dialect.

Takes nouns, settings and the present moment; returns nouns, values and decisions. Every rule is a pure function. Money
is an integer of ten-thousandths of its currency's unit, time an integer of microseconds since 1970 in UTC. Imports no
other package.
"""
