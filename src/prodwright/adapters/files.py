"""The file system: atomic writes, durable appends, and reading source files."""

from __future__ import annotations

import errno
import io
import os
import secrets
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prodwright.analysis import Source
from prodwright.core.errors import (
    PathRefused,
    ProdwrightError,
    StorageFailed,
    UnreadableSource,
)

MOST_BYTES = 2_000_000  # a larger file is data or generated; parsing takes seconds
_MISNAMED = frozenset(
    {
        errno.EEXIST,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOENT,
        errno.ENOTDIR,
    }
)
_PASSED_OVER = frozenset(
    {
        "__pycache__",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
        "vendor",
        "_vendor",
        "third_party",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A file that could not be judged, and why."""

    path: str
    reason: str


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the file system's refusals about `path` into one clear line.

    Raises:
        PathRefused: Permission is missing or the file system is read-only.
        StorageFailed: The disk is full or broken.
    """
    try:
        yield
    except OSError as error:
        raise refusal(error, path) from error


def refusal(error: OSError, path: Path) -> ProdwrightError:
    """Return the error of our tree that tells what the file system refused."""
    place = error.filename or path
    reason = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PathRefused(
            f"{place}: {reason.lower()}",
            hint="make it writable, or name another folder",
        )
    if error.errno in _MISNAMED:
        return PathRefused(f"{place}: {reason.lower()}", hint="name another path")
    return StorageFailed(
        f"{place}: {reason.lower()}", hint="free some space, then run it again"
    )


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`: a reader sees the old or the new, never a part.

    Raises:
        PathRefused: Permission is missing.
        StorageFailed: The disk is full or broken.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or pipe, such as /dev/stdout
            return
        temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():  # who may read it stays as it was
                temporary.chmod(path.stat().st_mode & 0o777)
            temporary.replace(path)
        except OSError as error:
            raise refusal(OSError(error.errno, error.strerror), path) from error
        finally:
            temporary.unlink(missing_ok=True)  # there only when it came to nothing
        sync_folder(path.parent)


def is_inside(place: Path, folder: Path) -> bool:
    """Tell whether `place` lies in `folder`, symbolic links followed."""
    return place.resolve().is_relative_to(folder.resolve())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_line(path: Path, line: bytes) -> None:
    """Append `line` and its end, and return once it is on the disk.

    Raises:
        PathRefused: Permission is missing.
        StorageFailed: The disk is full or broken.
    """
    with storage_errors(path), path.open("ab") as file:
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_source(file: Path, shown: str) -> Source:
    """Read one Python file, in the encoding that it declares.

    Args:
        file: Where it is.
        shown: Its path in findings.

    Raises:
        UnreadableSource: It is too large or not text.
        PathRefused: It is missing or not readable.
    """
    with storage_errors(file):
        if not _is_text(shown):
            raise UnreadableSource(
                f"{shown}: its name is not UTF-8", hint="rename the file"
            )
        if file.is_dir():
            raise PathRefused(
                f"{shown}: a folder that cannot be listed",
                hint="make it readable, or exclude it",
            )
        if not file.is_file():
            raise PathRefused(f"{shown}: no such file", hint="name a file or folder")
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableSource(
                f"{shown}: {size:,} bytes; at most {MOST_BYTES:,} are judged",
                hint="exclude generated files and data",
            )
        return Source(path=shown, text=decode(file.read_bytes(), shown))


def _is_text(name: str) -> bool:
    """Python spells bytes that are not UTF-8 with lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def decode(content: bytes, shown: str) -> str:
    """Return `content` as text, line ends kept as they are.

    Raises:
        UnreadableSource: It is not in the encoding that it declares (PEP 263).
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, ValueError, LookupError) as error:
        raise UnreadableSource(
            f"{shown}: not readable as text: {error}",
            hint="save it as UTF-8 or declare its encoding",
        ) from error
    if "\0" in text:
        raise UnreadableSource(f"{shown}: holds NUL bytes", hint="exclude binary files")
    return text


def encode(text: str, *, like: bytes, shown: str) -> bytes:
    """Return `text` in the encoding that `like` declares, with its mark if it has one.

    Raises:
        UnreadableSource: That encoding has no place for a character.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(like).readline)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise UnreadableSource(
            f"{shown}: {error.reason} in {encoding}",
            hint="write it as an escape sequence",
        ) from error


def python_files(folder: Path, excluded: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the Python files under `folder` in path order.

    Symbolic links to folders are not followed, so a loop cannot trap the walk;
    hidden folders, environments, caches and vendored code are passed over.
    A folder that cannot be listed is yielded itself: its files are not judged.
    """
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        here = Path(place)
        folders[:] = sorted(name for name in folders if _is_entered(here / name))
        for name in sorted(names):
            file = here / name
            if name.endswith(".py") and not _is_excluded(file, folder, excluded):
                yield file
    yield from (Path(error.filename) for error in closed)


def _is_entered(folder: Path) -> bool:
    name = folder.name
    if name.startswith(".") or name in _PASSED_OVER or name.endswith(".egg-info"):
        return False
    return not os.path.exists(folder / "pyvenv.cfg")  # noqa: PTH110 - never raises


def is_passed_over(top: Path, path: str) -> bool:
    """Tell whether `python_files` enters none of the folders around `path`.

    Args:
        top: Where the walk begins.
        path: Of a file, relative to it.
    """
    around = Path(path).parents
    return any(not _is_entered(top / each) for each in around if each.name)


def _is_excluded(file: Path, folder: Path, patterns: tuple[str, ...]) -> bool:
    relative = file.relative_to(folder)
    return any(
        relative.match(pattern) or relative.is_relative_to(pattern)
        for pattern in patterns
    )
