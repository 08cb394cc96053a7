"""The keys of a stage: one per data domain, and those that compute (164.312(a)(2)(iv))."""
