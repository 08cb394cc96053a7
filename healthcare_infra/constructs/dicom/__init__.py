"""The DICOM Store SCP on Fargate behind a network load balancer (seed 002)."""
