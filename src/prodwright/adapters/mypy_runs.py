"""Runs the project's own type checker in the sandbox."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.files import is_inside
from prodwright.adapters.sandbox import Errand, Sandbox

_PLANTED = 'planted: int = "a type error that must be caught"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeComplaint:
    """One error of the type checker.

    Attributes:
        path: Relative to the project.
        line: 1-based.
        column: 1-based.
        message: What the type checker says.
    """

    path: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRun:
    """What one run of the type checker reported."""

    complaints: tuple[TypeComplaint, ...]
    control_caught: bool
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mypy:
    """Runs mypy on one project, with the project's own configuration."""

    sandbox: Sandbox
    environment: Environment
    timeout_seconds: float

    def is_installed(self) -> bool:
        """Tell whether the environment has mypy."""
        pattern = "lib/python*/site-packages/mypy/__init__.py"
        return any(any(each.glob(pattern)) for each in self.environment.folders)

    def run(self, folder: Path, targets: Sequence[str]) -> TypeRun:
        """Check `targets` in `folder`, a copy, with a planted type error beside them.

        Args:
            folder: Top of the project's copy.
            targets: Files and folders relative to it.
        """
        first = folder / targets[0]
        place = first if first.is_dir() else first.parent
        if not is_inside(place, folder):
            place = folder  # the code under test must not lead us out of the copy
        control = place / f"planted_{secrets.token_hex(8)}.py"
        control.write_text(_PLANTED, encoding="utf-8")
        named = control.relative_to(folder).as_posix()
        command = [str(self.environment.python), "-m", "mypy", "--output=json"]
        command += ["--no-error-summary", "--cache-dir=/dev/null", "--no-incremental"]
        done = self.sandbox.run(
            Errand(
                command=(
                    *command,
                    "--",
                    *targets,
                    *([] if place == first else [named]),
                ),
                folder=folder,
                readable=self.environment.folders,
                environment=self._variables(),
                timeout_seconds=self.timeout_seconds,
            )
        )
        every = [*_complaints(done.output)]
        caught = any(each.path == named for each in every)
        kept = tuple(each for each in every if each.path != named)
        ended = done.code in (0, 1) and not done.broken_off
        return TypeRun(
            complaints=kept,
            control_caught=caught,
            failure="" if ended else done.output[-2000:],
        )

    def _variables(self) -> dict[str, str]:
        """What comes on the path counts as installed, so it is not judged itself."""
        further = ":".join(map(str, self.environment.further))
        return {"PYTHONPATH": further} if further else {}


def _complaints(output: str) -> list[TypeComplaint]:
    found = []
    for line in output.splitlines():
        complaint = _complaint(line)
        if complaint is not None:
            found.append(complaint)
    return found


def _complaint(line: str) -> TypeComplaint | None:
    """Read one line; a plugin of the project's may have printed it."""
    try:
        entry = json.loads(line)
        if entry["severity"] != "error":
            return None
        return TypeComplaint(
            path=str(entry["file"]),
            line=int(entry["line"]),
            column=max(int(entry["column"]), 0) + 1,
            message=f"{entry['message']} [{entry.get('code')}]",
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
