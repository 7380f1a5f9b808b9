"""Migrations, which upgrade the tables of older stores.

Takes a connection through Alembic and changes the tables in it; store/engine/migrate runs them. Imports tables/.
"""
