"""Imports stored DICOM instances into HealthImaging (seed 002, serverless processing)."""
