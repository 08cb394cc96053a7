"""Recorded images below one directory.

``<id>/root`` holds the files, ``<id>/image.json`` how a container starts, ``tags.json`` the names.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from local_cloud.errors import LocalCloudError
from local_cloud.images.dockerfile import Recipe, parse


@dataclass(frozen=True)
class Image:
    """One recorded image."""

    id: str
    root: Path
    workdir: str
    environment: dict[str, str]
    entrypoint: list[str]
    command: list[str]

    @property
    def working_directory(self) -> Path:
        return self.root / self.workdir.lstrip("/")


class ImageStore:
    """The images that the CDK CLI has built and pushed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tags = directory / "tags.json"

    def build(self, context: Path, dockerfile: Path) -> str:
        """Record an image; returns its id. The same content is recorded once.

        Raises
        ------
        LocalCloudError
            The Dockerfile cannot be read, or copies what the context does not hold.
        """
        recipe = parse(dockerfile.read_text())
        image_id = _digest(context, dockerfile)
        target = self._directory / image_id
        if not (target / "image.json").exists():
            shutil.rmtree(target, ignore_errors=True)
            _copy_files(recipe, context, target / "root")
            (target / "root" / recipe.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)
            (target / "image.json").write_text(json.dumps(asdict(recipe), indent=1))
        return image_id

    def tag(self, source: str, name: str) -> None:
        """Give the image ``source`` (an id or a name) another name."""
        with self._locked():
            tags = self._read()
            tags[_short(name)] = self._resolve(tags, source)
            temporary = self._tags.with_suffix(".tmp")
            temporary.write_text(json.dumps(tags, indent=1, sort_keys=True))
            temporary.replace(self._tags)

    def find(self, name: str) -> Image | None:
        """The image of that name, whatever registry the name begins with."""
        tags = self._read()
        if _short(name) not in tags:
            return None
        image_id = tags[_short(name)]
        recipe = Recipe(**json.loads((self._directory / image_id / "image.json").read_text()))
        root = self._directory / image_id / "root"
        return Image(image_id, root, recipe.workdir, recipe.environment, recipe.entrypoint, recipe.command)

    def _resolve(self, tags: dict[str, str], source: str) -> str:
        if (self._directory / source / "image.json").exists():
            return source
        if _short(source) in tags:
            return tags[_short(source)]
        raise LocalCloudError(f"no image {source} was built: deploy again, so that the CDK CLI builds it")

    def _read(self) -> dict[str, str]:
        tags: dict[str, str] = json.loads(self._tags.read_text()) if self._tags.exists() else {}
        return tags

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The CLI publishes several assets at once, each with processes of its own."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _short(name: str) -> str:
    """A name without its registry: ``registry/repository:tag`` and ``repository:tag`` are the same image here."""
    return name.rpartition("/")[2]


def _digest(context: Path, dockerfile: Path) -> str:
    digest = hashlib.sha256(dockerfile.read_bytes())
    for path in sorted(context.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(context)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _copy_files(recipe: Recipe, context: Path, root: Path) -> None:
    for copy in recipe.copies:
        destination = root / copy.destination.lstrip("/")
        for source in copy.sources:
            found = [context] if source in (".", "./") else sorted(context.glob(source.strip("/")))
            if not found:
                raise LocalCloudError(f"Dockerfile: COPY {source}: the build context does not hold it")
            for path in found:
                _copy(path, destination, into_directory=copy.into_directory or len(found) > 1)


def _copy(path: Path, destination: Path, *, into_directory: bool) -> None:
    if path.is_dir():  # a directory's content is copied, not the directory itself
        shutil.copytree(path, destination, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return
    target = destination / path.name if into_directory or destination.is_dir() else destination
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)
