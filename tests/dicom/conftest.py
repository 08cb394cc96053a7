"""What all tests of the SCP go by."""

from hypothesis import HealthCheck, settings

# A shared machine may be slow for a while: that must not fail a property.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
