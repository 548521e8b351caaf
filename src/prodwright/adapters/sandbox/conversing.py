"""Holds a command open in the sandbox, to speak with it over its standard streams."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace

from prodwright.adapters.sandbox.errand import Completed, Errand, Sandbox, Streams
from prodwright.core.errors import ProdwrightError, SandboxUnavailable

_END_SECONDS = 30.0
_LOOK_SECONDS = 0.2


class Conversation:
    """A command under way.

    Attributes:
        output: Descriptor at which what it prints arrives.
        input: Descriptor to which its input is written.
    """

    def __init__(self, sandbox: Sandbox, errand: Errand) -> None:
        their_input, self.input = os.pipe()
        self.output, their_output = os.pipe()
        self._theirs = Streams(input=their_input, output=their_output)
        self._has_input = True
        self._stop = threading.Event()
        self._errand = replace(errand, streams=self._theirs, stop=self._stop)
        self._sandbox = sandbox
        self._completed: Completed | None = None
        self._error: BaseException | None = None
        # The sandbox dies with the thread that started it, and the thread with us.
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Let it begin."""
        self._thread.start()

    def end(self) -> Completed:
        """End the whole tree unless it has ended, and return how.

        Raises:
            ProdwrightError: It could not be started at all.
        """
        self._stop.set()
        self._thread.join(_END_SECONDS)
        if self._error is not None:
            raise self._error
        if self._completed is None:
            raise SandboxUnavailable(
                "what ran in the sandbox could not be ended", hint="end it by hand"
            )
        return self._completed

    def end_by_itself(self) -> Completed:
        """Wait until it has ended, which its own limits see to; return how.

        Raises:
            ProdwrightError: It could not be started at all.
        """
        while self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS)
        return self.end()

    def close_input(self) -> None:
        """Tell it that nothing more will be sent."""
        if self._has_input:
            self._has_input = False
            os.close(self.input)

    def close(self) -> None:
        """Close our ends."""
        self.close_input()
        os.close(self.output)

    def _run(self) -> None:
        try:
            self._completed = self._sandbox.run(self._errand)
        except (ProdwrightError, OSError) as error:
            self._error = error
        finally:
            # Ours sees the end once every copy of theirs is closed.
            os.close(self._theirs.input)
            os.close(self._theirs.output)


@contextlib.contextmanager
def open_conversation(sandbox: Sandbox, errand: Errand) -> Iterator[Conversation]:
    """Start `errand` and yield the way to it; nothing of it is left afterwards.

    Args:
        sandbox: Where it runs, within all limits of the errand.
        errand: The command; `streams` and `stop` are set here.
    """
    conversation = Conversation(sandbox, errand)
    conversation.start()
    try:
        yield conversation
    finally:
        with contextlib.suppress(ProdwrightError, OSError):
            conversation.end()
        conversation.close()
