"""What is known of an instance: the event that announces its object, its item in the registry, its outcome."""
