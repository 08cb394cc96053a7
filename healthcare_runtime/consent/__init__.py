"""Consent: what a patient has allowed (FHIR R4 Consent), its record, and the decision for one use of the data."""
