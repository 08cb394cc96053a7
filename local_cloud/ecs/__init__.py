"""ECS services as processes: what the deployed task definitions say, run from the recorded images' sources."""
