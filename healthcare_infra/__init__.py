"""The platform as CDK code. Everything here imports aws_cdk; nothing here runs in AWS."""
