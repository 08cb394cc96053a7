"""The Image Pixel module (PS3.3 C.7.6.3) as checked numbers: nothing is allocated from unchecked ones."""

from dataclasses import dataclass

from pydicom import Dataset

LARGEST_FRAME_BYTES = 1024 * 1024 * 1024


class PixelDataError(ValueError):
    """The pixel data cannot be what the data set says. The message names attributes, never values of the patient."""


@dataclass(frozen=True)
class PixelGeometry:
    """Size and sample format of every frame of an instance."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    frames: int

    @classmethod
    def of(cls, dataset: Dataset) -> "PixelGeometry":
        """Read and check the module.

        Raises
        ------
        PixelDataError
            An attribute is missing, is not a number, or is out of its range.
        """
        geometry = cls(
            rows=_integer(dataset, "Rows", 1, 65535),
            columns=_integer(dataset, "Columns", 1, 65535),
            samples=_integer(dataset, "SamplesPerPixel", 1, 4, default=1),
            bits_allocated=_integer(dataset, "BitsAllocated", 1, 64),
            bits_stored=_integer(dataset, "BitsStored", 1, 64, default=dataset.get("BitsAllocated", 8)),
            signed=_integer(dataset, "PixelRepresentation", 0, 1, default=0) == 1,
            frames=_integer(dataset, "NumberOfFrames", 1, 1_000_000, default=1),
        )
        if geometry.bits_stored > geometry.bits_allocated:
            raise PixelDataError("BitsStored: must not be above BitsAllocated (PS3.5 8.1.1)")
        if geometry.frame_bits > 8 * LARGEST_FRAME_BYTES:
            raise PixelDataError(f"Rows x Columns: a frame must not be above {LARGEST_FRAME_BYTES} bytes")
        return geometry

    @property
    def frame_bits(self) -> int:
        return self.rows * self.columns * self.samples * self.bits_allocated

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)


def _integer(dataset: Dataset, keyword: str, low: int, high: int, *, default: object = None) -> int:
    try:
        value = dataset.get(keyword)
        number = int(str(default if value is None or value == "" else value))
    except (TypeError, ValueError, AttributeError):
        raise PixelDataError(f"{keyword}: missing or not a number") from None
    if not low <= number <= high:
        raise PixelDataError(f"{keyword}: must be from {low} to {high}")
    return number
