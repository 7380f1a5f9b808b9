"""The domain model of abandoned checkouts and its rules, without storage, transport or dialects.

Takes objects, settings and the present moment; returns objects, values and decisions. Every rule is a pure function.
Money is an integer of ten-thousandths of its currency's unit, time an integer of microseconds since 1970 in UTC.
Imports no other package.
"""
