"""Files for classic senders: one CT slice written many times under new instance UIDs."""

from pathlib import Path

from demo.imaging.phantoms import Patient, ct_thorax


def ct_files(folder: Path, count: int) -> list[Path]:
    """Write ``count`` CT files of 0.5 MB that differ in their SOP Instance UID."""
    first = ct_thorax(folder, slices=1, patient=Patient("PHANTOM^LOAD", "SYN-LOAD", "19700101", "O"), seed=1)[0]
    whole = first.read_bytes()
    uid = _uid_of(first)
    paths = [first]
    for number in range(1, count):
        other = uid[:-6] + f"{number:06d}".encode()
        path = folder / f"copy-{number:04d}.dcm"
        path.write_bytes(whole.replace(uid, other))
        paths.append(path)
    return paths


def _uid_of(path: Path) -> bytes:
    import pydicom

    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID).encode()
