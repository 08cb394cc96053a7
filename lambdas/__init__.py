"""AWS Lambda functions: one module per function, a thin handler over pure functions."""
