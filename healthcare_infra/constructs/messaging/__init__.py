"""Queues that lose nothing quietly, and the object events that they carry."""
