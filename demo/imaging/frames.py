"""Thumbnails from image sets: metadata and HTJ2K frames as HealthImaging serves them, nothing from the files sent."""

import base64
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import imagecodecs
import numpy as np
import numpy.typing as npt
from mypy_boto3_medical_imaging import HealthImagingClient
from PIL import Image

THUMBNAIL_PIXELS = 152
FRAMES_PER_STRIP = 4


@dataclass(frozen=True, slots=True)
class _Frame:
    identifier: str
    attributes: Mapping[str, object]


def strip(client: HealthImagingClient, datastore_id: str, image_set_ids: list[str]) -> tuple[str, ...]:
    """A few frames spread evenly over the image sets, each a PNG in base64."""
    frames = [
        (identifier, frame) for identifier in image_set_ids for frame in _frames(client, datastore_id, identifier)
    ]
    step = max(len(frames) / FRAMES_PER_STRIP, 1.0)
    chosen = [frames[int(position * step)] for position in range(min(FRAMES_PER_STRIP, len(frames)))]
    thumbnails = []
    for image_set_id, frame in chosen:
        answer = client.get_image_frame(
            datastoreId=datastore_id,
            imageSetId=image_set_id,
            imageFrameInformation={"imageFrameId": frame.identifier},
        )
        picture = _picture(answer["imageFrameBlob"].read(), frame.attributes)
        if picture is not None:
            thumbnails.append(picture)
    return tuple(thumbnails)


def _frames(client: HealthImagingClient, datastore_id: str, image_set_id: str) -> Iterator[_Frame]:
    answer = client.get_image_set_metadata(datastoreId=datastore_id, imageSetId=image_set_id)
    metadata = json.loads(gzip.decompress(answer["imageSetMetadataBlob"].read()))
    for series in metadata["Study"]["Series"].values():
        instances = sorted(series["Instances"].values(), key=lambda item: _number(item["DICOM"], "InstanceNumber", 0))
        for instance in instances:
            for frame in instance.get("ImageFrames", ()):
                yield _Frame(frame["ID"], {**series["DICOM"], **instance["DICOM"]})


def _picture(codestream: bytes, attributes: Mapping[str, object]) -> str | None:
    pixels = _decoded(codestream, attributes)
    if pixels is None:
        return None
    if pixels.ndim == 3 and pixels.shape[0] in {1, 3} and pixels.shape[2] not in {1, 3}:
        pixels = np.moveaxis(pixels, 0, 2)
    image = Image.fromarray(_windowed(np.squeeze(pixels), attributes))
    image.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode("ascii")


def _decoded(codestream: bytes, attributes: Mapping[str, object]) -> npt.NDArray[np.generic] | None:
    """Frames are HTJ2K, except those that keep their lossy encoding (JPEG, JPEG 2000), as on AWS."""
    is_rgb = attributes.get("PhotometricInterpretation") == "RGB"
    colours = "RGB" if is_rgb else None
    decoders = (
        imagecodecs.htj2k_decode,
        imagecodecs.jpeg2k_decode,
        lambda data: imagecodecs.jpeg_decode(data, colorspace=colours, outcolorspace=colours),
    )
    for decode in decoders:
        try:
            return np.asarray(decode(codestream))
        except (imagecodecs.Htj2kError, imagecodecs.Jpeg2kError, imagecodecs.Jpeg8Error, ValueError):
            continue
    return None


def _windowed(pixels: npt.NDArray[np.generic], attributes: Mapping[str, object]) -> npt.NDArray[np.uint8]:
    """Grey values by the window of the instance (PS3.3 C.11.2), or stretched between their percentiles."""
    if pixels.ndim == 3:
        return pixels.astype(np.uint8) if pixels.dtype == np.uint8 else (pixels.astype(np.uint16) >> 8).astype(np.uint8)
    values = pixels.astype(np.float64) * _number(attributes, "RescaleSlope", 1.0)
    values += _number(attributes, "RescaleIntercept", 0.0)
    width = _number(attributes, "WindowWidth", 0.0)
    if width > 1:
        low = _number(attributes, "WindowCenter", 0.0) - width / 2
    else:
        low, high = (float(value) for value in np.percentile(values, (1, 99)))
        width = max(high - low, 1.0)
    grey = np.clip((values - low) / width * 255, 0, 255).astype(np.uint8)
    return 255 - grey if attributes.get("PhotometricInterpretation") == "MONOCHROME1" else grey


def _number(attributes: Mapping[str, object], name: str, default: float) -> float:
    value = attributes.get(name, default)
    if isinstance(value, list):
        value = value[0] if value else default
    try:
        return float(str(value))
    except ValueError:
        return default
