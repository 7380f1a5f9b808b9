"""Reports: what was abandoned and recovered, and the definition of every figure.

Takes facts of checkouts and sums of the store; returns what to count, periods and figures. Pure: the clock is passed
in. Imports checkouts/.
"""
