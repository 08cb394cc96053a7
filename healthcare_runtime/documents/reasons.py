"""Why a document is not in the processed bucket: one code per cause, the same in table, audit trail, alert and page."""

from enum import StrEnum


class ReasonCode(StrEnum):
    """Codes are stable: operators filter by them and runbooks name them. None of them quotes the document."""

    # The object
    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NAME_UNSAFE = "NAME_UNSAFE"  # "..", control characters, not UTF-8
    NAME_WITH_PHI = "NAME_WITH_PHI"
    OBJECT_GONE = "OBJECT_GONE"  # the version that was announced is not there any more
    METADATA_DAMAGED = "METADATA_DAMAGED"
    MALWARE_FOUND = "MALWARE_FOUND"  # a scanner's verdict
    MALWARE_SIGNATURE = "MALWARE_SIGNATURE"  # the EICAR test file, found in the content
    MALWARE_UNKNOWN = "MALWARE_UNKNOWN"  # no verdict in time, or the scanner could not read it

    # What it is
    ARCHIVE = "ARCHIVE"  # zip, also Office files: not opened
    IMAGE_WITHOUT_TEXT = "IMAGE_WITHOUT_TEXT"
    BINARY_CONTENT = "BINARY_CONTENT"
    MARKUP_UNSUPPORTED = "MARKUP_UNSUPPORTED"  # HTML, RTF: scripts, and escapes in which names hide
    CHARSET_UNKNOWN = "CHARSET_UNKNOWN"
    PDF_DAMAGED = "PDF_DAMAGED"
    PDF_ENCRYPTED = "PDF_ENCRYPTED"
    PDF_WITHOUT_TEXT = "PDF_WITHOUT_TEXT"
    HL7_DAMAGED = "HL7_DAMAGED"
    XML_DAMAGED = "XML_DAMAGED"
    XML_ENTITY = "XML_ENTITY"  # document type or entity declarations
    JSON_DAMAGED = "JSON_DAMAGED"
    FHIR_UNKNOWN_TYPE = "FHIR_UNKNOWN_TYPE"
    CSV_DAMAGED = "CSV_DAMAGED"
    LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN"

    # Whose it is, and what may be done with it
    PATIENT_UNKNOWN = "PATIENT_UNKNOWN"
    PATIENT_SEVERAL = "PATIENT_SEVERAL"  # consent and masking know one
    PATIENT_CONTRADICTED = "PATIENT_CONTRADICTED"  # metadata and content name different patients
    CONSENT_DENIED = "CONSENT_DENIED"
    CONSENT_MISSING = "CONSENT_MISSING"
    CONSENT_UNAVAILABLE = "CONSENT_UNAVAILABLE"
    CONSENT_OBLIGATION = "CONSENT_OBLIGATION"  # what the consent asks for cannot be kept here

    # What is in it
    COMPLIANCE_RULE = "COMPLIANCE_RULE"  # the document's findings name the rules
    FRAUD_RISK = "FRAUD_RISK"
    RESIDUAL_PHI = "RESIDUAL_PHI"  # the detector still found something after masking

    # What went wrong on our side
    STEP_FAILED = "STEP_FAILED"
    AUDIT_FAILED = "AUDIT_FAILED"

    # What a reviewer decided
    REVIEW_REJECTED = "REVIEW_REJECTED"
    REVIEW_EXPIRED = "REVIEW_EXPIRED"
