"""The functions of the document workflow: thin handlers over :mod:`healthcare_runtime.documents.steps`."""
