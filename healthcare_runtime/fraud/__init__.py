"""How unusual an arrival is: its features, the submitter's history, and the score that an endpoint gives (seed 004)."""
