"""Which isolation this machine offers."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from prodwright.adapters.sandbox.bubblewrap import Bubblewrap, bubblewrap_program
from prodwright.adapters.sandbox.errand import Errand, Sandbox
from prodwright.adapters.sandbox.landlock import Sandlock, has_sandlock
from prodwright.adapters.sandbox.unconfined import Unconfined
from prodwright.core.errors import SandboxUnavailable

_TRIAL_SECONDS = 20.0
_HINT = (
    "allow user namespaces and install bubblewrap (Linux), install prodwright[sandbox]"
    " for kernels with Landlock, or type --allow-unsandboxed"
)


def installed_sandboxes() -> list[Sandbox]:
    """Return what is installed, the strongest first; it may not work all the same."""
    program = bubblewrap_program()
    found: list[Sandbox] = [Bubblewrap(program)] if program is not None else []
    return [*found, Sandlock()] if has_sandlock() else found


def find_sandbox(
    *,
    allow_unsandboxed: bool,
    installed: Callable[[], Sequence[Sandbox]] = installed_sandboxes,
) -> Sandbox:
    """Return the isolation this machine offers: bubblewrap, else sandlock.

    Args:
        allow_unsandboxed: Whether the user typed that none is needed.
        installed: Returns what can be tried, the strongest first.

    Raises:
        SandboxUnavailable: There is none and the user did not allow to do without.
    """
    if allow_unsandboxed:
        return Unconfined()
    reasons = []
    for box in installed():
        failure = trial_failure(box)
        if not failure:
            return box
        reasons.append(f"{type(box).__name__.lower()} does not work: {failure}")
    told = "; ".join(reasons) or "neither bubblewrap nor sandlock is installed"
    raise SandboxUnavailable(
        f"foreign code cannot be run in isolation: {told}", hint=_HINT
    )


def trial_failure(box: Sandbox) -> str:
    """Return why `box` runs nothing on this machine; empty when it works."""
    with tempfile.TemporaryDirectory(prefix="prodwright-") as folder:
        errand = Errand(
            command=(sys.executable, "-I", "-c", "print('alive')"),
            folder=Path(folder),
            timeout_seconds=_TRIAL_SECONDS,
        )
        try:
            tried = box.run(errand)
        except SandboxUnavailable as error:
            return str(error)
    if tried.code == 0 and "alive" in tried.output:
        return ""
    return (tried.output.strip().splitlines() or ["no message"])[-1]
