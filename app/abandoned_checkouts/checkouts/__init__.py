"""The nouns and rules of abandoned checkouts, free of storage, transport and dialect.

Money is an integer of ten-thousandths of its currency's unit, time an integer of microseconds since 1970 in UTC.
Every rule is a pure function; those that depend on the present moment take it as an argument.
"""
