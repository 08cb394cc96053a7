"""The Consent API: what a patient permits, recorded and asked (seed 004)."""
