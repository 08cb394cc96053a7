"""Import warnings, with the codes of HealthImaging (*HealthImaging Warning Codes*)."""

from enum import IntEnum

from local_cloud.health_imaging.json_types import JsonObject


class WarningReason(IntEnum):
    """Why an instance was imported, but not quite as it should be."""

    TRANSCODING_EXCEPTION = 0xB100
    FRAMES_EXTRACTION_FAILURE = 0xB110
    FRAME_NUMBER_MISMATCH = 0xB111
    UNSUPPORTED_TRANSFER_SYNTAX = 0xB120
    INVALID_UID_FORMAT = 45570  # the documented decimal; its hexadecimal, 0xB201, is another number
    INVALID_DICOM_VALUE_LENGTH = 45571

    def as_json(self) -> JsonObject:
        """The form of a line in ``warning.ndjson``."""
        kind = "".join(word.capitalize() for word in self.name.split("_"))
        return {"warning_reason_code": int(self), "type": kind, "message": _MESSAGES[self]}


_MESSAGES = {
    WarningReason.TRANSCODING_EXCEPTION: "The file was imported but its pixel data could not be transcoded.",
    WarningReason.FRAMES_EXTRACTION_FAILURE: "The file was imported but its frames could not be extracted.",
    WarningReason.FRAME_NUMBER_MISMATCH: "The file was imported but NumberOfFrames does not match its frames.",
    WarningReason.UNSUPPORTED_TRANSFER_SYNTAX: "The file was imported but its transfer syntax is not supported.",
    WarningReason.INVALID_UID_FORMAT: "The file was imported but a UID violates its value representation.",
    WarningReason.INVALID_DICOM_VALUE_LENGTH: "The file was imported but a value is too long for its representation.",
}
