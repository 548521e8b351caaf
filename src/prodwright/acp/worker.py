"""The process that does one run for an editor, and asks its questions there.

The order arrives as one line of JSON on standard input, replies to questions as
further lines; when it ends, the editor is gone, and so is the run. What happens and
what is asked leaves as lines of JSON.

    python -P -m prodwright.acp.worker
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import IO

from prodwright.acp.order import Order
from prodwright.api.finishing import Finished
from prodwright.api.opening import Surroundings
from prodwright.api.wire import Wire, claim_standard_streams
from prodwright.core.allowance import hosts_in, listed
from prodwright.core.engineering import Engineering
from prodwright.core.errors import NeedsInput, ProdwrightError, Stopped
from prodwright.core.plan import Plan
from prodwright.core.profile import Question
from prodwright.intake.general import NETWORK

_ACCEPTED, _REFUSED = "yes", "no"


class Editor:
    """Whoever sits at the editor: is shown what happens, and asked.

    Args:
        wire: Where events are written to.
        replies: Where answers come from, in the order of the questions.
    """

    def __init__(self, wire: Wire, replies: queue.Queue[bytes]) -> None:
        self._wire = wire
        self._replies = replies

    def answer(self, question: Question) -> str | None:
        """Answer a question of the intake; None leaves it to the default.

        The protocol has choices and no text fields: a question without options is
        shown, and left to its default.
        """
        told = f"{question.text} It changes {question.changes}."
        if not question.options:
            hint = f"To answer it, ask again with a line `--answer {question.key}=...`."
            self._wire.show([told, hint])
            return None
        options = [
            (each, f"{each} (default)" if each == question.default else each)
            for each in question.options
        ]
        return self._asked(told, options)

    def review(self, plan: Plan) -> str:
        """Read the plan; whoever does not accept it asks again, in other words.

        Raises:
            NeedsInput: It was not accepted.
        """
        self._wire.show(["The plan", *plan.lines()])
        if self._agreed("Write it as planned?"):
            return ""
        raise NeedsInput(
            "the plan was not accepted", hint="ask again, and say what is different"
        )

    def tell(self, question: str) -> str | None:
        """Show what the engineer asks; it decides for itself."""
        self._wire.show(["The engineer asks, and will decide for itself:", question])
        return None

    def allow(self, command: Sequence[str]) -> bool:
        """Say whether a command may run in the sandbox."""
        return self._agreed(f"Run in the sandbox: {shlex.join(command)}")

    def install(self, requirements: Sequence[str]) -> bool:
        """Say whether packages may be installed for this run."""
        named = ", ".join(requirements)
        return self._agreed(f"Install from your package registry: {named}")

    def open_network(self, hosts: Sequence[str]) -> bool:
        """Say whether the work may reach `hosts`."""
        return self._agreed(f"Let commands and tests reach: {listed(hosts)}")

    def _agreed(self, title: str) -> bool:
        options = [(_ACCEPTED, "Yes, this once"), (_REFUSED, "No")]
        return self._asked(title, options) == _ACCEPTED

    def _asked(self, title: str, options: Sequence[tuple[str, str]]) -> str | None:
        self._wire.tell("ask", title=title, options=[list(each) for each in options])
        reply: str | None = json.loads(self._replies.get())["choice"]
        return reply


def main() -> int:
    """Do the run that standard input orders and return its exit code."""
    orders, wire = claim_standard_streams()
    signal.signal(signal.SIGTERM, _terminate)
    # Unbuffered: closing it must not wait for the thread that reads it.
    with os.fdopen(orders, "rb", buffering=0) as source:
        order = Order(**json.loads(source.readline()))
        replies: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=_listen, args=(source, replies), daemon=True).start()
        return _work(order, Wire(wire), replies)


def _work(order: Order, wire: Wire, replies: queue.Queue[bytes]) -> int:
    around = Surroundings(
        folder=Path(order.folder),
        variables=os.environ,
        progress=wire,
        allow_unsandboxed=order.allow_unsandboxed,
        run_id=order.id,
    )
    try:
        finished = _finished(order, around, Editor(wire, replies))
    except ProdwrightError as error:
        return wire.failed(error)
    wire.tell("result", document=finished.document())
    return finished.delivery.reason.exit_code


def _finished(order: Order, around: Surroundings, person: Editor) -> Finished:
    from prodwright.api.running import BuildRequest, build, resume

    if not order.request:
        return resume(order.id, around, person)
    wanted = BuildRequest(
        request=order.request,
        into=Path(order.folder),
        answers=order.answers,
        engineering=_with_network(order, person),
    )
    return build(wanted, around, person)


def _with_network(order: Order, person: Editor) -> Engineering:
    """A prompt may hold pasted text: whoever sits there says it once more."""
    chosen = order.chosen()
    hosts = hosts_in(order.answers.get(NETWORK, ""))
    if not hosts or not person.open_network(hosts):
        return chosen
    every = tuple(dict.fromkeys((*chosen.allowance.hosts, *hosts)))
    return replace(chosen, allowance=replace(chosen.allowance, hosts=every))


def _listen(source: IO[bytes], replies: queue.Queue[bytes]) -> None:
    for line in source:
        replies.put(line)
    os.kill(os.getpid(), signal.SIGTERM)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped("cancelled", hint="`/resume` goes on where the run stopped")


if __name__ == "__main__":
    sys.exit(main())
