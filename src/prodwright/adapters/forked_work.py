"""Work that is divided among processes of this very program.

They are forked, so that they know all that this process knows, and nothing has to be
sent to them; their results come back as bytes through pipes of our own.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


def usable_processors() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def divided(
    work: Callable[[T], Any], items: Sequence[T], processes: int
) -> Iterator[Any]:
    """Yield what `work` makes of `items`, in any order.

    What a process that ends early was to do is missing; so is what cannot be sent.

    Args:
        work: Makes plain values (see `marshal`) of an item; raises nothing.
        items: Alike in cost, or the costly ones first.
        processes: How many share them; this one is among them.
    """
    import multiprocessing  # small reviews do without

    shares = [items[each::processes] for each in range(processes)]
    context = multiprocessing.get_context("fork")
    running = []
    for share in shares[1:]:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(work, share, there), daemon=True)
        process.start()
        there.close()
        running.append((process, here))
    try:
        yield from map(work, shares[0])
        for _, here in running:
            with suppress(EOFError, OSError):
                # prodwright: allow unsafe-deserialization -- our own child wrote it
                yield from marshal.loads(here.recv_bytes())  # noqa: S302
    finally:
        for process, here in running:
            here.close()
            process.kill()
            process.join()


def _work(work: Callable[[T], Any], share: Sequence[T], there: Connection) -> None:
    done = [work(each) for each in share]
    with suppress(ValueError, OSError):
        there.send_bytes(marshal.dumps(done))
    there.close()
