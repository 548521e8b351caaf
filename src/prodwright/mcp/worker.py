"""The process that does one piece of work for the server.

The order arrives as one line of JSON on standard input, which then stays open: when
it ends, the server is gone, and so is the work. What happens leaves as lines of JSON.

    python -P -m prodwright.mcp.worker
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any

from prodwright.api.opening import Surroundings
from prodwright.core.errors import ProdwrightError, Stopped
from prodwright.mcp.work import WORK, Order


class Teller:
    """A progress that writes each event as a line of JSON.

    Args:
        wire: Where to; nothing else writes there.
    """

    def __init__(self, wire: IO[str]) -> None:
        self._wire = wire

    def tell(self, event: str, **more: Any) -> None:
        """Write one event at once."""
        self._wire.write(json.dumps({"event": event, **more}) + "\n")
        self._wire.flush()

    def started(self, step: str) -> None:
        """A step begins."""
        self.tell("started", step=step)

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done."""
        self.tell("finished", step=step, seconds=round(seconds, 3), note=note)

    def note(self, text: str) -> None:
        """Something takes its time."""
        self.tell("note", text=text)

    def show(self, lines: Sequence[str]) -> None:
        """Something is worth reading."""
        self.tell("show", lines=list(lines))


def main() -> int:
    """Do the work that standard input orders and return its exit code."""
    orders, wire = _claim(0, os.O_RDONLY), _claim(1, os.O_WRONLY)
    signal.signal(signal.SIGTERM, _terminate)
    with os.fdopen(orders, "rb", buffering=0) as source, os.fdopen(wire, "w") as sink:
        order = Order(**json.loads(source.readline()))
        threading.Thread(
            target=_end_with_the_server, args=[orders], daemon=True
        ).start()
        return _work(order, Teller(sink))


def _work(order: Order, teller: Teller) -> int:
    around = Surroundings(
        folder=Path(order.folder),
        variables=os.environ,
        progress=teller,
        allow_unsandboxed=order.allow_unsandboxed,
        run_id=order.id,
    )
    try:
        document = WORK[order.tool](order, around)
    except ProdwrightError as error:
        told = {"code": error.code, "message": str(error), "hint": error.hint}
        teller.tell("failed", reason=error.reason.label, error=told)
        return error.reason.exit_code
    teller.tell("result", document=document)
    return 0


def _claim(number: int, mode: int) -> int:
    """Take a standard stream away from whatever else this process starts."""
    claimed = os.dup(number)  # not inheritable
    other = os.open(os.devnull, mode) if mode == os.O_RDONLY else os.dup(2)
    os.dup2(other, number)
    os.close(other)
    return claimed


def _end_with_the_server(orders: int) -> None:
    while os.read(orders, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped("cancelled", hint="the tool `resume` goes on where a run stopped")


if __name__ == "__main__":
    sys.exit(main())
