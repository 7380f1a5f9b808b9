"""One module per revision, in the order of their numbers.

Takes Alembic's operations and changes tables. Imports nothing of the store, because the store changes later.
"""
