"""The pipeline from a raw document to its masked copy (seed 004, processing flow)."""
