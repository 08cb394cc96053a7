"""The phantoms are real DICOM: readable, of the size that is promised, in a study of their own."""

from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.imaging.phantoms import THORAX, Patient, ct_thorax, draw, mr_head, ultrasound_clip

PATIENT = Patient("PHANTOM^ONE", "SYN-1", "19700101", "O")


def test_given_a_ct_series_then_slices_are_half_a_megabyte_in_one_series(tmp_path: Path) -> None:
    slices = [pydicom.dcmread(path) for path in ct_thorax(tmp_path, slices=3, patient=PATIENT, seed=1)]
    assert [image.InstanceNumber for image in slices] == [1, 2, 3]
    assert len({image.SeriesInstanceUID for image in slices}) == 1
    assert len({image.SOPInstanceUID for image in slices}) == 3
    assert all(image.pixel_array.shape == (512, 512) for image in slices)
    assert all(len(image.PixelData) == 524_288 for image in slices)


def test_given_a_thorax_then_lung_is_air_and_the_spine_is_bone(tmp_path: Path) -> None:
    image = pydicom.dcmread(ct_thorax(tmp_path, slices=3, patient=PATIENT, seed=1)[1]).pixel_array
    lung, spine = image[246:266, 143:163].mean(), image[350:366, 250:262].mean()
    assert lung < -600
    assert spine > 500


def test_given_an_mr_series_and_a_clip_then_both_have_pictures(tmp_path: Path) -> None:
    head = pydicom.dcmread(mr_head(tmp_path / "mr", slices=2, patient=PATIENT, seed=1)[0])
    clip = pydicom.dcmread(ultrasound_clip(tmp_path / "us", frames=4, patient=PATIENT, seed=1)[0])
    assert head.pixel_array.std() > 50
    assert clip.pixel_array.shape == (4, 240, 320)
    assert clip.pixel_array.std() > 10


@given(st.floats(-1, 1))
def test_given_any_height_then_a_slice_has_no_value_outside_of_its_parts(height: float) -> None:
    image = draw(THORAX, 32, height)
    assert image.min() >= sum(part.value for part in THORAX if part.value < 0)
    assert image.max() <= sum(part.value for part in THORAX if part.value > 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_given_a_seed_then_the_pixels_are_reproducible(tmp_path: Path, seed: int) -> None:
    first = ct_thorax(tmp_path / "a", slices=1, patient=PATIENT, seed=seed)[0]
    second = ct_thorax(tmp_path / "b", slices=1, patient=PATIENT, seed=seed)[0]
    assert (pydicom.dcmread(first).pixel_array == pydicom.dcmread(second).pixel_array).all()
