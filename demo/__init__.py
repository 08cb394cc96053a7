"""The main job, shown: real DICOM through the platform's own templates, on this machine."""
