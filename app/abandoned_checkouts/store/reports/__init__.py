"""The counts of reports: facts of checkouts, actions, and their daily sums.

Takes facts and actions, in the transaction of the change that they are about; returns sums. Imports tables/, engine/,
and the definitions in reports/.
"""
