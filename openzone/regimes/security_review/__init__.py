"""Security review of foreign investment: a gate beside the lists."""
