"""One module per revision, in the order of their numbers.

Takes Alembic's operations and changes tables. Migrations import no code of the store, because that code changes later
and they must not.
"""
