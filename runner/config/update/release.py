"""A release of flows: a folder, a zip or a tar.gz that holds `flows/` and `selectors/`. Nothing in it is
trusted: not its names, not its sizes, not its kinds of entries."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

KINDS = ("flows", "selectors")
SUMS = "SHA256SUMS"
LARGEST_ARCHIVE = 20_000_000
LARGEST_FILE = 300_000
LARGEST_UNPACKED = 60_000_000
MOST_ENTRIES = 20_000
"""Bytes and numbers far above what a whole release of the project has."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.yaml")
_SUM = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_PASSED_OVER = frozenset({"README.md"})


class BadRelease(ValueError):
    """The release can't be used; nothing was taken from it. `hint` says what to do next."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


Entry = tuple[str, Callable[[int], bytes]]
"""A file's path inside the release, and what reads at most so many bytes of it."""


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a release that is a folder, by their paths (`flows/docomo.yaml`). Raises BadRelease."""
    return _taken(_in_folder(folder))


def read_archive(data: bytes) -> dict[str, str]:
    """The files of a release that is a zip or a tar.gz. Raises BadRelease."""
    if len(data) > LARGEST_ARCHIVE:
        raise BadRelease(f"the archive is larger than {LARGEST_ARCHIVE // 1_000_000} MB")
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return _taken(_in_zip(archive))
        if data[:2] == b"\x1f\x8b":
            with tarfile.open(fileobj=io.BytesIO(_unpacked(data)), mode="r:") as archive_:
                return _taken(_in_tar(archive_))
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BadRelease(f"the archive can't be read: {error}") from None
    except (NotImplementedError, RuntimeError):  # a way to pack that is unknown, or a password
        raise BadRelease("the archive is packed in a way that can't be read") from None
    raise BadRelease("it is neither a zip nor a tar.gz")


def check_sum(data: bytes, said: str) -> None:
    """Hold an archive against its checksum file. Raises BadRelease."""
    match = re.match(r"\s*([0-9a-fA-F]{64})\b", said)
    if match is None:
        raise BadRelease("its checksum file holds no SHA-256 sum")
    if hashlib.sha256(data).hexdigest() != match[1].lower():
        raise BadRelease("it is not what its checksum says", "fetch it again")


def _taken(entries: Iterator[Entry]) -> dict[str, str]:
    """The flows and selectors among the entries, checked against the release's own sums."""
    found: dict[str, bytes] = {}
    sums: bytes | None = None
    around: set[str] = set()
    for number, (name, read) in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise BadRelease(f"it has more than {MOST_ENTRIES} entries")
        place = _place(name)
        if place is None:
            continue
        around.add(name[: -len(place)])
        if len(around) > 1:
            raise BadRelease(f"it holds flows in several places: {_shown(name)} is one of them")
        if place in found or (place == SUMS and sums is not None):
            raise BadRelease(f"it has {_shown(place)} twice")
        data = read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise BadRelease(f"{_shown(place)} is larger than {LARGEST_FILE // 1000} kB")
        if place == SUMS:
            sums = data
        else:
            found[place] = data
    if not found:
        raise BadRelease("it holds no flows/NAME.yaml and no selectors/NAME.yaml")
    if sums is not None:
        _check_sums(found, sums.decode("utf-8", "replace"))
    return {place: _text(place, data) for place, data in sorted(found.items())}


def _place(name: str) -> str | None:
    """Where an entry belongs: `flows/NAME.yaml`, `selectors/NAME.yaml`, the sums, or nowhere (None).

    A release may have one folder around everything. Raises BadRelease for names that lead
    elsewhere, and for files in those two folders that are no flows.
    """
    _see_inside(name)
    parts = PurePosixPath(name).parts
    if len(parts) > 1 and parts[0] not in KINDS:
        parts = parts[1:]
    if parts == (SUMS,):
        return SUMS
    if not parts or parts[0] not in KINDS or parts[1:] in ((), *((one,) for one in _PASSED_OVER)):
        return None
    if len(parts) != 2 or not _NAME.fullmatch(parts[1]):
        raise BadRelease(f"{_shown(name)} is no name of a flow or of selectors")
    return "/".join(parts)


def _see_inside(name: str) -> None:
    path = PurePosixPath(name)
    odd = "\\" in name or "\0" in name or "//" in name or re.match(r"[A-Za-z]:", name)
    if path.is_absolute() or ".." in path.parts or odd:
        raise BadRelease(f"an entry leads out of the release: {_shown(name)}")


def _in_folder(folder: Path) -> Iterator[Entry]:
    def reader(file: Path) -> Callable[[int], bytes]:
        def read(limit: int) -> bytes:
            with file.open("rb") as stream:
                return stream.read(limit)

        return read

    for kind in (*KINDS, SUMS):
        place = folder / kind
        if place.is_symlink():
            raise BadRelease(f"{kind} is a symbolic link")
        files = sorted(place.rglob("*")) if place.is_dir() else [place] if place.exists() else []
        for file in files:
            name = file.relative_to(folder).as_posix()
            if file.is_symlink():
                raise BadRelease(f"{_shown(name)} is a symbolic link")
            if file.is_file():
                yield name, reader(file)


def _in_zip(archive: zipfile.ZipFile) -> Iterator[Entry]:
    def reader(member: zipfile.ZipInfo) -> Callable[[int], bytes]:
        def read(limit: int) -> bytes:
            with archive.open(member) as stream:
                return stream.read(limit)

        return read

    for member in archive.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BadRelease(f"{_shown(member.filename)} is a link or a device")
        _see_inside(member.filename)
        if member.is_dir():
            continue
        yield member.filename, reader(member)


def _in_tar(archive: tarfile.TarFile) -> Iterator[Entry]:
    def reader(member: tarfile.TarInfo) -> Callable[[int], bytes]:
        def read(limit: int) -> bytes:
            stream = archive.extractfile(member)
            return b"" if stream is None else stream.read(limit)

        return read

    for member in archive:
        _see_inside(member.name)
        if member.isdir():
            continue
        if not member.isreg():
            raise BadRelease(f"{_shown(member.name)} is a link or a device")
        yield member.name, reader(member)


def _unpacked(data: bytes) -> bytes:
    """A gzip's content, as long as it stays within bounds."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        unpacked = stream.read(LARGEST_UNPACKED + 1)
    if len(unpacked) > LARGEST_UNPACKED:
        raise BadRelease(f"unpacked it is larger than {LARGEST_UNPACKED // 1_000_000} MB")
    return unpacked


def _check_sums(found: Mapping[str, bytes], said: str) -> None:
    listed = {}
    for line in said.splitlines():
        if match := _SUM.fullmatch(line.strip()):
            listed[match[2].removeprefix("./")] = match[1].lower()
    for place, data in found.items():
        if place not in listed:
            raise BadRelease(f"{place} is not in its {SUMS}")
        if hashlib.sha256(data).hexdigest() != listed[place]:
            raise BadRelease(f"{place} is not what its {SUMS} says", "fetch the release again")


def _text(place: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRelease(f"{place} is no text in UTF-8") from None


def _shown(name: str) -> str:
    return f"`{ascii(name)[1:-1][:120]}`"
