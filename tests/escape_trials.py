"""What the escape attempts share: a place, a victim beside it, and a control."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prodwright.adapters.sandbox import Completed, Errand, Sandbox, Unconfined

ESCAPED = "ESCAPED"
IS_ROOT = os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One sandbox, one folder to work in, and one beside it that is not to be reached.

    Attributes:
        box: What has to hold.
        folder: Where the attempt runs.
        victim: Beside it; of the same user, who may do everything there.
        note: Records for the report whether the control was shown.
    """

    box: Sandbox
    folder: Path
    victim: Path
    note: Callable[[str, object], None]

    def holds(self, code: str, *, control: bool = True, **limits: Any) -> Completed:
        """Assert that `code` prints ESCAPED without isolation, and not with it.

        Args:
            code: Python that prints ESCAPED when it has got what it wanted.
            control: False where only root, or only some kernels, can show it.
            **limits: Further fields of the errand.
        """
        free = self.run(code, Unconfined(), **limits)
        shown = has_escaped(free)
        self.note("control", "shown" if shown else "not possible here")
        assert shown or not control, free.output
        return self.refused(code, **limits)

    def refused(self, code: str, **limits: Any) -> Completed:
        """Assert that `code` runs, without printing ESCAPED."""
        held = self.run(f"print('began', flush=True)\n{code}", **limits)
        assert "began" in held.output
        assert not has_escaped(held), held.output
        return held

    def run(self, code: str, box: Sandbox | None = None, **limits: Any) -> Completed:
        """Return how `code` ends in `box`; in the one under trial without it."""
        errand = Errand(
            command=(sys.executable, "-I", "-c", code),
            folder=self.folder,
            timeout_seconds=30.0,
        )
        return (box or self.box).run(replace(errand, **limits))


def has_escaped(done: Completed) -> bool:
    """Tell whether a line begins with ESCAPED; in a traceback it is indented."""
    return any(line.startswith(ESCAPED) for line in done.output.splitlines())


def system_call(number: int, *arguments: int) -> str:
    """Return code that makes a call and tells whether the kernel looked into it.

    Arguments that mean nothing are enough: a call that is open to us complains about
    them, one that is not says that it is not permitted or not there.
    """
    words = ", ".join(f"ctypes.c_long({each})" for each in (number, *arguments))
    return f"""
import ctypes, errno
result = ctypes.CDLL(None, use_errno=True).syscall({words})
refused = (errno.EPERM, errno.EACCES, errno.ENOSYS)
print("ESCAPED" if result >= 0 or ctypes.get_errno() not in refused else "refused")
"""
