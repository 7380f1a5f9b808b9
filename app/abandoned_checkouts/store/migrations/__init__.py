"""Migrations, which upgrade the tables of older stores.

Takes a connection through Alembic and changes the tables in it; store/engine/migrate and online_upgrade run them. What
takes long on a large table is a step of store/engine/migration_steps: Batches for rows, NewIndex for an index. A new
constraint of an older table is added as NOT VALID in one step, and validated in the next. Imports tables/ and engine/.
"""
