"""`review --watch`: reviews again whenever a file was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from prodwright.adapters.files import python_files
from prodwright.api.review_memory import ReviewMemory
from prodwright.api.reviewing import Review, ReviewRequest, review
from prodwright.api.selecting import other_files
from prodwright.core.errors import InputError

_SETTINGS = ("pyproject.toml", "prodwright.toml", ".prodwright/baseline.json")
Stamps = dict[Path, tuple[int, int]]


def watch(
    request: ReviewRequest, pause: Callable[[], object]
) -> Iterator[Review | InputError]:
    """Yield a review now and after each change, or what stands in its way.

    Args:
        request: What to review.
        pause: Waits until it is time to look again.
    """
    again = replace(request, memory=ReviewMemory())
    seen: Stamps | None = None
    while True:
        now = _stamps(request)
        if now != seen:
            seen = now
            yield _reviewed(again)
        pause()


def _reviewed(request: ReviewRequest) -> Review | InputError:
    try:
        return review(request)
    except InputError as error:
        return error  # half a file was written; the rest comes in a moment


def _stamps(request: ReviewRequest) -> Stamps:
    """Return when each file was written, and how large it is."""
    found: Stamps = {}
    for file in _files(request):
        try:
            status = file.stat()
        except OSError:
            continue  # it vanished meanwhile
        found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _files(request: ReviewRequest) -> Iterator[Path]:
    yield from (request.folder / name for name in _SETTINGS)
    for path in request.paths or [request.folder]:
        if path.is_dir():
            yield from python_files(path, others=other_files())
        else:
            yield path
