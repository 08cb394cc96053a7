"""Amazon Comprehend Medical on this machine: the PHI operations, answered by our own detector."""
