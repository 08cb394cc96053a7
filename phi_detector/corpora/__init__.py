"""Generators of synthetic notes with gold entities: what the models learn from and are measured on."""
