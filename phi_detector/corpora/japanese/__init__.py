"""Synthetic Japanese notes."""
