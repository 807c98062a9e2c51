"""The zone office: accounts, roles, saved cases, reforms and jobs, all kept in the store."""
