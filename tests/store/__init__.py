"""The store: one shelf of tests, on SQLite and on PostgreSQL."""
