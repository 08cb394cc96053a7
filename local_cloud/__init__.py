"""The AWS account on this machine: the emulator, what it lacks, and containers as processes.

``python -m local_cloud up`` deploys the unmodified cloud assembly with the stock CDK CLI. Imports no stack: it knows
the platform only through the assembly's templates and the AWS APIs.
"""
