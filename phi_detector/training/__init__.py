"""How the models are made and measured: ``python -m phi_detector.training``. Nothing here runs in production."""
