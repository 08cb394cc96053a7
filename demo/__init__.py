"""The main job, shown: real DICOM and documents through the platform's own templates, on this machine."""
