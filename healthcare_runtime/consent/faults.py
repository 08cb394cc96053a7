"""What can go wrong with consents, by what the caller does about it. No text quotes a record."""


class ConsentFaultError(ValueError):
    """A resource or a parameter is not what it must be; the text is ``path: rule``.

    Attributes
    ----------
    path
        FHIRPath of the fault, such as ``Consent.provision.provision[1].type``; empty for the text as a whole.
    rule
        What it must be.
    """

    def __init__(self, path: str, rule: str) -> None:
        self.path = path
        self.rule = rule
        super().__init__(f"{path}: {rule}" if path else rule)


class ConsentUnavailable(RuntimeError):  # noqa: N818  (a state of the world, as DocumentFault names them)
    """The consents cannot be read now. Never a permit: the pipeline quarantines, the API answers 503."""


class ConsentNotFoundError(LookupError):
    """No consent has the id."""


class VersionConflictError(RuntimeError):
    """The consent has another version than the one that the caller changes (If-Match)."""


class ConsentConflictError(RuntimeError):
    """The change contradicts what is recorded; the text says which rule."""


class StoreForbidsError(RuntimeError):
    """The database role of this function may not do that."""
