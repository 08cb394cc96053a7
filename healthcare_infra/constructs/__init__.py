"""Reusable constructs with secure defaults: what every stack would otherwise have to remember."""
