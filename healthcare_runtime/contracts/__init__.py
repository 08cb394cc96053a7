"""The names that the infrastructure and the running code must agree on, each defined once, in a room per flow.

The only package of ``healthcare_runtime`` that ``healthcare_infra`` may import: environment variables, table
attributes, workflow states, metric names. Values are plain strings, so that importing them costs nothing.
"""
