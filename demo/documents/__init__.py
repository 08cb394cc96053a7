"""The documents that ``make demo`` sends: two hundred, seeded, of every format, some of them hostile or damaged.

Every person is invented. ``documents(seed)`` says of each what must become of it; ``patients(seed)`` whose they are and
which consents have to be loaded before.
"""

from demo.documents.catalogue import documents
from demo.documents.document import DemoDocument, Kind, ReasonFamily
from demo.documents.patients import ConsentState, DemoPatient, patients

__all__ = ["ConsentState", "DemoDocument", "DemoPatient", "Kind", "ReasonFamily", "documents", "patients"]
