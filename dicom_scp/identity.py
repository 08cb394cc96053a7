"""Who this implementation says it is, in associations (PS3.7 D.3.3.2) and in file meta (PS3.10 7.1)."""

from typing import Final

# A UUID-derived UID needs no registered root (PS3.5 B.2).
IMPLEMENTATION_CLASS_UID: Final = "2.25.208430591667493157092416053216410947385"
IMPLEMENTATION_VERSION_NAME: Final = "HEALTHSCP_1"
