"""Runtime code shared by Lambda functions and containers. Never imports aws_cdk."""
