"""Lambda functions: how they are packed, deployed and called on a schedule."""
