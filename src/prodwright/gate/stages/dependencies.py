"""Does the project name what was installed for it? Else it works in this run only."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from prodwright.adapters.requirements import declared, files_in
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate

NAME = "dependencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class DependenciesStage:
    """Looks for the names of packages in what the project says it needs.

    Attributes:
        installed: Canonical names of what was asked for.
    """

    installed: tuple[str, ...]

    def judge(self, candidate: Candidate) -> StageResult:
        """Return which packages the project does not name."""
        started = time.monotonic()
        planted = f"prodwright-planted-{secrets.token_hex(8)}"
        unnamed = _unnamed(candidate, (planted, *self.installed))
        caught = planted in unnamed
        found = tuple(_finding(candidate, each) for each in unnamed if each != planted)
        return StageResult(
            stage=NAME,
            outcome=Outcome.FAILED if found else Outcome.PASSED,
            reason=f"{len(self.installed)} packages were installed for this run; "
            f"the project does not name {len(found)} of them",
            control=Control(planted=1, caught=int(caught)),
            findings=found,
            seconds=time.monotonic() - started,
        )


def _unnamed(candidate: Candidate, names: Sequence[str]) -> list[str]:
    files = files_in(candidate.tree / candidate.folder)
    named = {canonicalize_name(each.name) for each in declared(files)}
    return [each for each in names if each not in named]


def _finding(candidate: Candidate, name: str) -> Finding:
    place = f"{candidate.folder}/" if candidate.folder else ""
    return Finding(
        path=f"{place}pyproject.toml",
        line=1,
        column=1,
        end_line=1,
        hazard="undeclared-dependency",
        practice="clear-contracts",
        severity=Severity.HIGH,
        message=f"{name} was installed for this run, but the project does not name it",
        stage=NAME,
        fingerprint=f"undeclared-dependency {name}",
    )
