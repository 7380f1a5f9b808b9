"""The only place that knows SQL: tables, migrations, reads, writes, search and pages, on SQLite and on PostgreSQL."""
