"""Incentives: relief of enterprise income tax by place, and what no place may give."""
