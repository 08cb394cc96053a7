"""The relational database of consent records (seed 004)."""
