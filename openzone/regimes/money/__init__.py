"""Money over the two lines: accounts, transfers, quotas, borrowing abroad, reports."""
