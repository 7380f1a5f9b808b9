"""The database itself: connections, migrations, many-row statements, locks and numbering.

Takes a URL and returns connections. Imports tables/.
"""
