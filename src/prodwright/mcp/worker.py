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
from pathlib import Path
from types import FrameType

from prodwright.api.opening import Surroundings
from prodwright.api.wire import Wire, claim_standard_streams
from prodwright.core.errors import ProdwrightError, Stopped
from prodwright.mcp.work import WORK, Order


def main() -> int:
    """Do the work that standard input orders and return its exit code."""
    orders, wire = claim_standard_streams()
    signal.signal(signal.SIGTERM, _terminate)
    with os.fdopen(orders, "rb", buffering=0) as source:
        order = Order(**json.loads(source.readline()))
        threading.Thread(
            target=_end_with_the_server, args=[orders], daemon=True
        ).start()
        return _work(order, Wire(wire))


def _work(order: Order, wire: Wire) -> int:
    around = Surroundings(
        folder=Path(order.folder),
        variables=os.environ,
        progress=wire,
        allow_unsandboxed=order.allow_unsandboxed,
        run_id=order.id,
    )
    try:
        document = WORK[order.tool](order, around)
    except ProdwrightError as error:
        return wire.failed(error)
    wire.tell("result", document=document)
    return 0


def _end_with_the_server(orders: int) -> None:
    while os.read(orders, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped("cancelled", hint="the tool `resume` goes on where a run stopped")


if __name__ == "__main__":
    sys.exit(main())
