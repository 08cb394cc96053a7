"""Associations: from a TCP connection to DIMSE messages and their answers (PS3.7, PS3.8)."""
