"""What each stage is: only what differs from the defaults, with the reason."""
