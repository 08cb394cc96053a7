"""Models of the platform: training, inference and reports, in SageMaker's script mode."""
