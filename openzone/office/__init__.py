"""What people of a zone office do with the store: accounts, cases, reforms, long work."""
