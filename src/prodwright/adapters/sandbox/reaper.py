"""Sees to it that nothing in the sandbox outlives us, even when we are killed.

bubblewrap asks the kernel to be ended with its parent, but only once it has set things
up: whoever is killed before leaves it behind, with the command about to begin.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from prodwright.adapters.sandbox import reaper_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaper:
    """A process that ends what bears its mark as soon as we are gone.

    Attributes:
        mark: What is to be ended with us has it for the first word of its command.
        hold: Descriptor that it must hold, too, from its beginning.
        process: The reaper itself.
    """

    mark: str
    hold: int
    process: subprocess.Popen[bytes]


def reaper() -> Reaper:
    """Return this process's reaper, started with its first use."""
    found = _of(os.getpid())
    if found.process.poll() is None:
        return found
    _of.cache_clear()
    return _of(os.getpid())


@lru_cache(maxsize=1)  # one for each process: a fork has pipes of its own
def _of(process: int) -> Reaper:
    mark = f"prodwright-sandbox-{process}-{secrets.token_hex(16)}"
    lifeline, _ = os.pipe()  # our end of it is closed by our end, and nothing else
    holders, hold = os.pipe()
    program = Path(reaper_program.__file__).read_text("utf-8")
    try:
        started = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", program, mark, str(holders)],
            cwd="/",
            env={},
            stdin=lifeline,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(holders,),
            start_new_session=True,
        )
    finally:
        os.close(lifeline)
        os.close(holders)
    return Reaper(mark=mark, hold=hold, process=started)
