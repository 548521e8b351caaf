"""A run's memory: a step that was done is read back, never done twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from prodwright.adapters.files import append_line, storage_errors, write_atomically
from prodwright.core.errors import RunUnfit

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class Progress(Protocol):
    """Who is told how a run goes on."""

    def started(self, step: str) -> None:
        """A step begins."""

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done; `note` is one short phrase, possibly empty."""

    def note(self, text: str) -> None:
        """Something takes its time."""

    def trying(self, text: str) -> None:
        """A step goes on with `text`; told about once a second."""

    def show(self, lines: Sequence[str]) -> None:
        """Something is worth reading and stays on the screen."""


class Journal(Protocol):
    """Runs steps once; the flow does not know what keeps the records."""

    def step(
        self,
        name: str,
        kind: type[ResultT],
        work: Callable[ParametersT, ResultT],
        *args: ParametersT.args,
        **kwargs: ParametersT.kwargs,
    ) -> ResultT:
        """Return the recorded result of `name`, or do `work` and record it."""


class FileJournal:
    """One JSON line per finished step, on the disk before its result is used.

    Args:
        path: The file; a last line cut off by a crash is dropped.
        progress: Who is told.

    Raises:
        RunUnfit: The file is damaged anywhere but at its end.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self._path = path
        self._progress = progress
        content = _content(path)
        self._whole = content[: content.rfind(b"\n") + 1]
        # Cut with the first step only: whoever merely reads may see a line half
        # written by the process that is at work.
        self._is_torn = self._whole != content
        self._done = _recorded(path, self._whole)

    def has(self, name: str) -> bool:
        """Tell whether step `name` is recorded."""
        return name in self._done

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the recorded steps, in the order of their records."""
        return tuple(self._done)

    def recorded(self, name: str, kind: type[ResultT]) -> ResultT:
        """Return the recorded result of step `name`, which must be there."""
        from pydantic import TypeAdapter, ValidationError

        try:
            result: ResultT = TypeAdapter(kind).validate_python(self._done[name])
        except ValidationError as error:
            told = f"step {name}: {error.errors()[0]['msg'].lower()}"
            raise _damaged(self._path, told) from error
        return result

    def latest(self, prefix: str, kind: type[ResultT]) -> ResultT:
        """Return the result of the last recorded step whose name begins so."""
        names = [name for name in self._done if name.startswith(prefix)]
        return self.recorded(names[-1], kind)

    def step(
        self,
        name: str,
        kind: type[ResultT],
        work: Callable[ParametersT, ResultT],
        *args: ParametersT.args,
        **kwargs: ParametersT.kwargs,
    ) -> ResultT:
        """Return the recorded result of `name`, or do `work` and record it.

        Args:
            name: Unique within the run; part of the file format, never renamed.
            kind: Class of the result, to read it back.
            work: Must be safe to repeat: a crash before the record repeats it.
            *args: Passed to `work`.
            **kwargs: Passed to `work`.

        Raises:
            StorageFailed: The record cannot be written; the step counts as undone.
        """
        from pydantic import TypeAdapter  # 40 ms that `--help` must not pay

        adapter: TypeAdapter[ResultT] = TypeAdapter(kind)
        if name in self._done:
            return self.recorded(name, kind)
        self._progress.started(name)
        started = time.monotonic()
        result = work(*args, **kwargs)
        seconds = time.monotonic() - started
        value = adapter.dump_python(result, mode="json")
        line = {"step": name, "seconds": round(seconds, 3), "result": value}
        self._cut_torn_line()
        append_line(self._path, json.dumps(line).encode())
        self._done[name] = value
        self._progress.finished(name, seconds, "")
        return result

    def _cut_torn_line(self) -> None:
        if self._is_torn:
            write_atomically(self._path, self._whole)
            self._is_torn = False


def _content(path: Path) -> bytes:
    with storage_errors(path):
        return path.read_bytes() if path.exists() else b""


def _recorded(path: Path, lines: bytes) -> dict[str, object]:
    try:
        entries = [json.loads(line) for line in lines.splitlines()]
        done = {entry["step"]: entry["result"] for entry in entries}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not all(isinstance(name, str) for name in done):
        raise _damaged(path, "a step's name is no text")
    return done


def _damaged(path: Path, told: str) -> RunUnfit:
    return RunUnfit(
        f"{path}: the journal is damaged: {told}",
        hint="`prodwright runs undo` takes the run back",
    )
