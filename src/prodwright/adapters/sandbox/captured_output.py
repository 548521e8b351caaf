"""What a command prints, kept within bounds and made harmless."""

from __future__ import annotations

from prodwright.core.printing import printable

_MOST_BYTES = 4_000_000


class CapturedOutput:
    """Keeps the beginning and the end of what is added to it."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._half = most_bytes // 2
        self._start = bytearray()
        self._end = bytearray()
        self._is_cut = False

    def add(self, chunk: bytes) -> None:
        """Take in what was printed next."""
        room = self._half - len(self._start)
        self._start += chunk[:room]
        self._end += chunk[room:]
        # Twice the size before it is cut, so that not every chunk moves it all.
        if len(self._end) > 2 * self._half:
            self._cut()

    def _cut(self) -> None:
        self._is_cut = self._is_cut or len(self._end) > self._half
        del self._end[: -self._half]

    @property
    def text(self) -> str:
        """What is kept, without characters that could steer a terminal."""
        self._cut()
        if not self._is_cut:
            return _clean(self._start + self._end)
        return f"{_clean(self._start)}\n[...]\n{_clean(self._end)}"


def _clean(content: bytearray) -> str:
    text = content.decode(errors="replace")
    return printable(text.replace("\r\n", "\n"))
