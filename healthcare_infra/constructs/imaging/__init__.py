"""The import of received instances into HealthImaging (seed 002; docs/decisions/0001)."""
