"""Which abstract syntaxes are storage: the standard's storage SOP classes, retired ones too, and every private one.

Telling private storage from a private query service by its UID is impossible, so every well-formed private UID is
taken for storage: a query service that is offered it will get "unrecognized operation" (PS3.7 C.5.21), and nothing is
lost. `tests/dicom/test_sop_classes.py` checks these rules against the whole registry of PS3.6.
"""

from typing import Final

from healthcare_runtime.object_key import is_uid

VERIFICATION: Final = "1.2.840.10008.1.1"
STORAGE_COMMITMENT_PUSH_MODEL: Final = "1.2.840.10008.1.20.1"
STORAGE_COMMITMENT_INSTANCE: Final = "1.2.840.10008.1.20.1.1"

_DICOM_ROOT: Final = "1.2.840.10008."
_STORAGE_ROOT: Final = "1.2.840.10008.5.1.4.1.1."

_STORAGE_ELSEWHERE: Final = frozenset(
    {
        "1.2.840.10008.5.1.1.27",  # stored print, retired
        "1.2.840.10008.5.1.1.29",  # hardcopy grayscale image, retired
        "1.2.840.10008.5.1.1.30",  # hardcopy color image, retired
        "1.2.840.10008.5.1.4.34.1",  # RT beams delivery instruction, trial, retired
        "1.2.840.10008.5.1.4.34.7",  # RT beams delivery instruction
        "1.2.840.10008.5.1.4.34.10",  # RT brachy application setup delivery instruction
        "1.2.840.10008.5.1.4.38.1",  # hanging protocol
        "1.2.840.10008.5.1.4.39.1",  # color palette
        "1.2.840.10008.5.1.4.43.1",  # generic implant template
        "1.2.840.10008.5.1.4.44.1",  # implant assembly template
        "1.2.840.10008.5.1.4.45.1",  # implant template group
    }
)
_SERVICES_BELOW_STORAGE_ROOT: Final = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.200.4",  # protocol approval information model: FIND
        "1.2.840.10008.5.1.4.1.1.200.5",  # MOVE
        "1.2.840.10008.5.1.4.1.1.200.6",  # GET
        "1.2.840.10008.5.1.4.1.1.201.2",  # inventory: FIND
        "1.2.840.10008.5.1.4.1.1.201.3",  # MOVE
        "1.2.840.10008.5.1.4.1.1.201.4",  # GET
        "1.2.840.10008.5.1.4.1.1.201.5",  # inventory creation
        "1.2.840.10008.5.1.4.1.1.201.6",  # repository query
    }
)


def is_storage(abstract_syntax: str) -> bool:
    """Whether a C-STORE on this abstract syntax is taken (PS3.4 B.5)."""
    if abstract_syntax.startswith(_STORAGE_ROOT):
        return is_uid(abstract_syntax) and abstract_syntax not in _SERVICES_BELOW_STORAGE_ROOT
    if abstract_syntax.startswith(_DICOM_ROOT):
        return abstract_syntax in _STORAGE_ELSEWHERE
    return is_uid(abstract_syntax)
