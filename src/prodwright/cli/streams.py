"""Standard streams that cannot make a command fail.

A reader that has seen enough (`| head`) closes the pipe, a terminal may know fewer
characters than we print, a service manager may pass no stream at all: the exit code
still tells how the work ended.
"""

from __future__ import annotations

import io
import os
import sys
from typing import IO

_LAST_STANDARD = 2


class PatientStream(io.TextIOWrapper):
    """Text output that goes nowhere once its reader is gone."""

    def write(self, text: str) -> int:
        """Write `text`; a closed pipe is no error."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self._discard()
            return len(text)

    def flush(self) -> None:
        """Flush; a closed pipe is no error."""
        try:
            super().flush()
        except BrokenPipeError:
            self._discard()

    def _discard(self) -> None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self.fileno())
        os.close(null)


def prepare_streams() -> None:
    """Open what is closed and make standard output and error patient."""
    while True:  # a file that is opened later must not become standard output
        handle = os.open(os.devnull, os.O_RDWR)
        if handle > _LAST_STANDARD:
            break
    os.close(handle)
    sys.stdout = _patient(sys.stdout, 1)
    sys.stderr = _patient(sys.stderr, 2)


def _patient(stream: IO[str] | None, number: int) -> IO[str]:
    if stream is None:
        return PatientStream(os.fdopen(number, "wb"), encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, by_line = stream.encoding, stream.line_buffering
    stream.flush()
    return PatientStream(
        stream.detach(),
        encoding=encoding,
        errors="backslashreplace",
        line_buffering=by_line,
    )
