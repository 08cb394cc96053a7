"""SageMaker Runtime on this machine: ``InvokeEndpoint`` of unmodified clients, answered by the models' own code."""
