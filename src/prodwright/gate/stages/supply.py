"""What a project takes from others: exact versions, licences, known flaws."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from prodwright.adapters.advisories import Advisory
from prodwright.adapters.distributions import (
    Distribution,
    distributions_in,
    needed,
)
from prodwright.adapters.requirements import declared, files_in
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.supply.licences import is_copyleft, permits_copyleft
from prodwright.gate.supply.pins import has_lock, is_library, loose
from prodwright.gate.unjudged import not_applicable

NAME = "supply"
_PRACTICE = "distrust-external-data"
_FLAWED = Advisory(
    id="PLANTED-1",
    package="planted",
    summary="a planted flaw",
    versions=frozenset(),
    ranges=(("0", "2.0", None),),
)
_PLANTED = Distribution(name="planted", version="1.9", licence="GPL-3.0-only", needs=())
_NO_ADVISORIES = (
    "known flaws: name a folder or .zip of OSV records in PRODWRIGHT_ADVISORIES"
)
_NO_ENVIRONMENT = "licences and known flaws: no environment was found (--python)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyStage:
    """Looks at what is installed, and at what files ask for.

    Attributes:
        toolbox: For the project's environment.
        advisories: Known flaws; None: nobody told of any.
    """

    toolbox: Toolbox
    advisories: tuple[Advisory, ...] | None

    def judge(self, candidate: Candidate) -> StageResult:
        """Return loose versions, licences that do not fit, and known flaws."""
        started = time.monotonic()
        folder = candidate.tree / candidate.folder
        files = files_in(folder)
        names = {str(canonicalize_name(each.name)) for each in declared(files)}
        if not names:
            return not_applicable(NAME, "the project names no package that it needs")
        taken = self._taken(names)
        prefix = f"{candidate.folder}/" if candidate.folder else ""
        judge = _Judge(prefix, files, _own_licence(files), self.advisories or ())
        pins = () if has_lock(folder) or is_library(files) else judge.pins(files)
        findings = (*pins, *judge.packages(taken))
        missed = _missed(judge)
        silent = self._silent(taken)
        return StageResult(
            stage=NAME,
            outcome=_outcome(findings, missed, silent),
            reason=f"{len(names)} packages are asked for, {len(taken)} are installed "
            f"for them; {len(findings)} findings",
            control=Control(planted=3, caught=3 - len(missed), missed=missed),
            findings=findings,
            seconds=time.monotonic() - started,
            replay=f"prodwright prove --stage {NAME}",
            details={"not judged": "\n".join(silent)} if silent else {},
        )

    def _taken(self, names: set[str]) -> list[Distribution]:
        environment = self.toolbox.environment()
        if environment is None:
            return []
        found = distributions_in(environment)
        return [found[name] for name in sorted(needed(iter(names), found))]

    def _silent(self, taken: Sequence[Distribution]) -> list[str]:
        if not taken:
            return [_NO_ENVIRONMENT]
        unsaid = [each.name for each in taken if not each.licence]
        told = [f"licences of {', '.join(unsaid)}: they name none"] if unsaid else []
        return [*told, *([_NO_ADVISORIES] if self.advisories is None else [])]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges packages for one project."""

    prefix: str
    files: Mapping[str, str]
    own: str
    advisories: tuple[Advisory, ...]
    severity: Mapping[str, Severity] = field(
        default_factory=lambda: {
            "unpinned-dependency": Severity.MEDIUM,
            "vulnerable-dependency": Severity.HIGH,
            "incompatible-licence": Severity.MEDIUM,
        }
    )

    def pins(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        """Return what requirement files leave open."""
        return tuple(
            self._finding(
                "unpinned-dependency",
                (each.file, each.line, each.text),
                f"{each.name} may be another version at each installation",
            )
            for each in loose(files)
        )

    def packages(self, taken: Sequence[Distribution]) -> Iterator[Finding]:
        """Yield what is wrong with what is installed."""
        for each in taken:
            yield from self._flaws(each)
            if is_copyleft(each.licence) and not permits_copyleft(self.own):
                told = (
                    f"{each.name} {each.version} is under {each.licence}, the project"
                )
                says = f"{told} is {'under ' + self.own if self.own else 'not'}"
                yield self._finding("incompatible-licence", self._place(each), says)

    def _flaws(self, package: Distribution) -> Iterator[Finding]:
        for each in self.advisories:
            if each.package == package.name and each.concerns(package.version):
                mended = f"; mended in {', '.join(each.mended_in)}"
                told = f"{package.name} {package.version} has {each.id}: {each.summary}"
                yield self._finding(
                    "vulnerable-dependency",
                    self._place(package),
                    told + (mended if each.mended_in else ""),
                )

    def _place(self, package: Distribution) -> tuple[str, int, str]:
        """Return where a package is asked for; else where all of them are."""
        for name, text in sorted(self.files.items()):
            for number, line in enumerate(text.splitlines(), 1):
                words = line.replace('"', " ").replace("'", " ").split("=")[0].split()
                if words and canonicalize_name(words[0].split("[")[0]) == package.name:
                    return name, number, line.strip()
        return next(iter(sorted(self.files)), "pyproject.toml"), 1, ""

    def _finding(self, hazard: str, place: tuple[str, int, str], says: str) -> Finding:
        path, line, text = place
        return Finding(
            path=f"{self.prefix}{path}",
            line=line,
            column=1,
            end_line=line,
            hazard=hazard,
            practice=_PRACTICE,
            severity=self.severity[hazard],
            message=says,
            excerpt=text,
            stage=NAME,
            replay=f"prodwright prove --stage {NAME}",
            fingerprint=f"{NAME} {hazard} {says}",
        )


def _own_licence(files: Mapping[str, str]) -> str:
    import tomllib

    try:
        project = tomllib.loads(files.get("pyproject.toml", "")).get("project", {})
    except (ValueError, RecursionError):
        return ""
    told = project.get("license", "") if isinstance(project, dict) else ""
    text = told.get("text", "") if isinstance(told, dict) else told
    return str(text)[:100]


def _missed(judge: _Judge) -> tuple[str, ...]:
    """Return which planted defects are passed over."""
    planted = _Judge("", {}, "MIT", (_FLAWED,), judge.severity)
    seen = {each.hazard for each in planted.packages([_PLANTED])}
    seen |= {each.hazard for each in planted.pins({"requirements.txt": "planted\n"})}
    return tuple(each for each in judge.severity if each not in seen)


def _outcome(
    findings: Sequence[Finding], missed: Sequence[str], silent: Sequence[str]
) -> Outcome:
    if findings:
        return Outcome.FAILED
    return Outcome.UNJUDGED if missed or silent else Outcome.PASSED
