"""The file system: atomic writes, durable appends, and reading source files."""

from __future__ import annotations

import errno
import fnmatch
import io
import os
import re
import stat
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

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


class Unjudged(NamedTuple):
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
        temporary = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}")
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
    """Tell whether `place` lies in `folder`, symbolic links followed.

    What leads nowhere, such as a link to itself or a name with NUL, lies in nothing.
    """
    try:
        return place.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


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


def read_source(file: Path | str, shown: str) -> Source:
    """Read one Python file, in the encoding that it declares.

    Args:
        file: Where it is.
        shown: Its path in findings.

    Raises:
        UnreadableSource: It is too large or not text.
        PathRefused: It is missing or not readable.
    """
    return Source(path=shown, text=decode(read_bytes(file, shown), shown))


def read_bytes(file: Path | str, shown: str) -> bytes:
    """Read what should be a Python file.

    Args:
        file: Where it is.
        shown: Its path in findings.

    Raises:
        UnreadableSource: It is too large, or its name is no text.
        PathRefused: It is missing or not readable.
    """
    file = Path(file)
    with storage_errors(file):
        if not _is_text(shown):
            raise UnreadableSource(
                f"{shown}: its name is not UTF-8", hint="rename the file"
            )
        status = _status(file)
        if status is not None and stat.S_ISDIR(status.st_mode):
            raise PathRefused(
                f"{shown}: a folder that cannot be listed",
                hint="make it readable, or exclude it",
            )
        if status is None or not stat.S_ISREG(status.st_mode):
            raise PathRefused(f"{shown}: no such file", hint="name a file or folder")
        size = status.st_size
        if size > MOST_BYTES:
            raise UnreadableSource(
                f"{shown}: {size:,} bytes; at most {MOST_BYTES:,} are judged",
                hint="exclude generated files and data",
            )
        return file.read_bytes()


def _status(file: Path) -> os.stat_result | None:
    """Return what the file system tells; None when nothing is there."""
    try:
        return os.stat(file)  # noqa: PTH116 - of thousands of files
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _is_text(name: str) -> bool:
    """Python spells bytes that are not UTF-8 with lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def decode(content: bytes, shown: str) -> str:
    """Return `content` as text, line ends kept as they are.

    Raises:
        UnreadableSource: It is not in the encoding that it declares (PEP 263).
    """
    try:
        text = content.decode(_encoding(content))
    except (SyntaxError, ValueError, LookupError) as error:
        raise UnreadableSource(
            f"{shown}: not readable as text: {error}",
            hint="save it as UTF-8 or declare its encoding",
        ) from error
    if "\0" in text:
        raise UnreadableSource(f"{shown}: holds NUL bytes", hint="exclude binary files")
    return text


def _encoding(content: bytes) -> str:
    """Return the encoding that `content` declares.

    Raises:
        SyntaxError: It declares one that there is not, or holds other bytes.
    """
    second = content.find(b"\n", content.find(b"\n") + 1)
    head = content if second < 0 else content[:second]
    # Most declare none; reading lines to learn that costs more than decoding all.
    if b"coding" not in head and content[:1].isascii():
        with suppress(UnicodeDecodeError):
            head.decode("utf-8")
            return "utf-8"
    return tokenize.detect_encoding(io.BytesIO(content).readline)[0]


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


def python_files(
    folder: Path, excluded: tuple[str, ...] = (), others: tuple[str, ...] = ()
) -> Iterator[Path]:
    """Yield what `python_file_names` does, as paths."""
    return map(Path, python_file_names(folder, excluded, others))


def python_file_names(
    folder: Path, excluded: tuple[str, ...] = (), others: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield the Python files under `folder` in path order.

    Symbolic links to folders are not followed, so a loop cannot trap the walk;
    hidden folders, environments, caches and vendored code are passed over.
    A folder that cannot be listed is yielded itself: its files are not judged.

    Args:
        folder: Where to begin.
        excluded: Patterns of what is left out.
        others: Patterns of the names of further files, which are no Python.
    """
    odd = re.compile("|".join(map(fnmatch.translate, others)) or r"(?!)", re.S)
    closed: list[str] = []
    waiting = [str(folder)]
    while waiting:
        place = waiting.pop()
        try:
            files, folders = _listed(place)
        except OSError:
            closed.append(place)
            continue
        if place != str(folder) and _ENVIRONMENT in files:
            continue
        for name in sorted(files):
            if (name.endswith(".py") or odd.match(name)) and not (
                excluded and _is_excluded(Path(place, name), folder, excluded)
            ):
                yield f"{place}/{name}"
        # Joined as text: thousands of folders would cost more as paths.
        waiting += (f"{place}/{name}" for name in sorted(folders, reverse=True))
    yield from closed


_ENVIRONMENT = "pyvenv.cfg"


def _listed(place: str) -> tuple[list[str], list[str]]:
    """Return the names of what is no folder, and of the folders that are entered."""
    files, folders = [], []
    with os.scandir(place) as entries:
        for entry in entries:
            if not _is_folder(entry):
                files.append(entry.name)
            elif not (_is_passed_over(entry.name) or entry.is_symlink()):
                folders.append(entry.name)
    return files, folders


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in _PASSED_OVER or name.endswith(".egg-info")


def _is_entered(folder: Path) -> bool:
    if _is_passed_over(folder.name):
        return False
    return not os.path.exists(folder / _ENVIRONMENT)  # noqa: PTH110 - never raises


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
