"""Buckets and tables that may hold PHI, and what guards them."""
