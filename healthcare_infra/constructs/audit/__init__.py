"""The audit trail: its chains in a table, its seals in a locked bucket (164.312(b))."""
