"""Synthetic English notes."""
