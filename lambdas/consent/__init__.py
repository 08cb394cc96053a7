"""Consents: the FHIR API behind API Gateway, and the migrations of its database (seed 004, consent management)."""
