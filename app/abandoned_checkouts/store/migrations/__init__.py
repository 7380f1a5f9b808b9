"""Migrations: a store of an older program gets the tables of this one.

Takes a connection through Alembic and changes the tables in it; store/engine/migrate runs them. Imports tables/.
"""
