"""What can go wrong for the user of the local cloud: one line that names the culprit and the mend."""


class LocalCloudError(RuntimeError):
    """The local cloud cannot do what was asked."""
