"""All that a run has left behind, so that another one can go on from there."""

from __future__ import annotations

from collections.abc import Sequence

from prodwright.probes.faults.clock import REAL_OPEN
from prodwright.probes.faults.recorder import within
from prodwright.probes.postgres import addresses, contents
from prodwright.probes.stash import Stash


class Remains:
    """What there is now.

    Args:
        folder: With the temporary files of a test.
        touched: Further files.

    Raises:
        Refused: The database of a server cannot be kept.
        TooMuch: There are too many files.
    """

    def __init__(self, folder: str, touched: Sequence[str]) -> None:
        with within():
            self._stash = Stash([folder])
            self._further = {path: _content(path) for path in touched}
            self._held = {each: contents.held(each) for each in addresses.BOOK.known}

    def put_back(self) -> None:
        """Have it all as it was.

        Raises:
            Refused: Somebody holds rows, or tables are others than they were.
        """
        with within():
            self._stash.put_back()
            for path, content in self._further.items():
                if content is not None:
                    with REAL_OPEN(path, "wb") as file:
                        file.write(content)
            for address, held in self._held.items():
                contents.put_back(address, held)


def _content(path: str) -> bytes | None:
    try:
        with REAL_OPEN(path, "rb") as file:
            content: bytes = file.read()
    except OSError:
        return None
    return content
