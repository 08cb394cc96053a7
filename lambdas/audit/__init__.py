"""Functions of the audit trail."""
