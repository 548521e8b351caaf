"""A sandbox for code that a model has a hand in: what it prints, the model reads.

Files that hold secrets cannot be read, and what is ours in the folder cannot be
changed. Without isolation (`--allow-unsandboxed`) neither can be enforced.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from prodwright.adapters.sandbox import Completed, Errand, Sandbox
from prodwright.core.redaction import holds_secrets

OURS = ".prodwright"


@dataclass(frozen=True, slots=True)
class Guarded:
    """Runs errands in another sandbox, with secrets hidden.

    Attributes:
        sandbox: Where they run.
    """

    sandbox: Sandbox

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return self.sandbox.isolation

    @property
    def opens_hosts(self) -> bool:
        """Whether the sandbox can open the network for named hosts."""
        return self.sandbox.opens_hosts

    def run(self, errand: Errand) -> Completed:
        """Run the errand on its folder without the secrets in it."""
        ours = errand.folder / OURS
        is_ours = ours.is_dir() and not ours.is_symlink()
        return self.sandbox.run(
            replace(
                errand,
                hidden=(*errand.hidden, *_secrets(errand.folder)),
                read_only=(*errand.read_only, *([ours] if is_ours else [])),
            )
        )


def _secrets(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            file = Path(place, name)
            if holds_secrets(name) and file.is_file() and not file.is_symlink():
                yield file
