"""People: work permits, entry, visas, qualifications, income tax of talent."""
