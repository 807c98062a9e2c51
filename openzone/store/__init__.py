"""The store: an append-only journal, and the tables read from it, on SQLite or PostgreSQL."""
