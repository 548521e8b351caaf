"""No isolation, for those who type that they want none."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import partial

from prodwright.adapters.sandbox.errand import Completed, Errand
from prodwright.adapters.sandbox.resource_limits import limited
from prodwright.adapters.sandbox.supervision import (
    Started,
    end_group,
    standard_streams,
    supervise,
)


@dataclass(frozen=True, slots=True)
class Unconfined:
    """No isolation: only when the user typed `--allow-unsandboxed`."""

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return "none: allowed by --allow-unsandboxed"

    @property
    def opens_hosts(self) -> bool:
        """Yes: everybody can be reached."""
        return True

    def run(self, errand: Errand) -> Completed:
        """Run the errand with limits and a clean environment, nothing more."""
        environment = {"PATH": os.defpath, "HOME": str(errand.folder)}
        source, sink, errors = standard_streams(errand)
        process = subprocess.Popen(
            limited(errand),
            cwd=errand.folder,
            env={**environment, **errand.environment},
            stdin=source,
            stdout=sink,
            stderr=errors,
            start_new_session=True,
        )
        end = partial(end_group, process)
        return supervise(Started(process=process, root=process.pid, end=end), errand)
