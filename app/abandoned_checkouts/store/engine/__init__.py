"""The database: connections, migrations, statements for many rows, locks and numbering.

Takes a URL and returns connections. Imports tables/.
"""
