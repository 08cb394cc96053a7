"""Real DICOM for the imaging flow, and what became of it."""
