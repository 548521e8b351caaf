"""A project's declared import contracts, each tried with an import that it forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.import_contracts import (
    Breach,
    Contract,
    ContractRun,
    ImportLinter,
    contracts_in,
)
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Exhibit, Standing
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.dynamic.ground import Ground
from prodwright.gate.dynamic.planted_imports import forbidden_import, plant_import

_PRACTICE = "layer-boundaries"
_NONE = Control(planted=0, caught=0)
_KINDS = ("layers", "forbidden", "independence", "acyclic_siblings", "protected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contracts:
    """What declared contracts show.

    Attributes:
        control: Whether each noticed an import that it forbids.
        findings: The imports that break one.
        exhibits: The modules that those are about which are kept, and can be red.
        reason: What was judged; empty: nothing is declared.
        silent: Why something was not judged; empty: nothing is left.
    """

    control: Control = _NONE
    findings: tuple[Finding, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    reason: str = ""
    silent: str = ""


def judge_contracts(
    toolbox: Toolbox, candidate: Candidate, ground: Ground, stage: str
) -> Contracts:
    """Return what a project's own contracts show; none when it declares none.

    Raises:
        SandboxUnavailable: They cannot be run in isolation.
    """
    folder = candidate.tree / candidate.folder
    declared = contracts_in(folder)
    if not declared:
        return Contracts()
    linter = ImportLinter(sandbox=ground.sandbox, environment=ground.environment)
    if not linter.is_installed:
        where = ground.environment.python
        return Contracts(silent=f"import-linter is not installed for {where}")
    unknown = [each.name for each in declared if each.kind not in _KINDS]
    if unknown:  # its own code decides, and prints what it likes
        return Contracts(silent=f"{', '.join(unknown)}: not a kind of import-linter's")
    copy = toolbox.copy(candidate.tree, f"{stage}-contracts") / candidate.folder
    run = linter.run(copy)
    if run.kept | run.broken != {each.name for each in declared}:
        return Contracts(silent=f"import-linter says\n{run.output[-2_000:]}")
    planted = _plant(copy, declared, ground)
    again = linter.run(copy) if planted else run
    return _told(ground, stage, run, frozenset(planted), again.broken)


def _plant(copy: Path, declared: tuple[Contract, ...], ground: Ground) -> list[str]:
    """Plant an import for each contract for which one can be named."""
    planted: list[str] = []
    for each in declared:
        found = forbidden_import(each, ground.modules)
        if found is not None:
            plant_import(copy, ground.modules[found[0]], found[1])
            planted.append(each.name)
    return planted


def _told(
    ground: Ground,
    stage: str,
    run: ContractRun,
    planted: frozenset[str],
    red: frozenset[str],
) -> Contracts:
    missed = tuple(sorted(planted - red))
    proven = (run.kept & planted) - set(missed)
    without = sorted(run.kept - planted)
    kept = f"{len(run.kept)} of {len(run.kept) + len(run.broken)} contracts kept"
    return Contracts(
        control=Control(
            planted=len(planted), caught=len(planted) - len(missed), missed=missed
        ),
        findings=tuple(_findings(ground, stage, run.breaches)),
        exhibits=tuple(_exhibits(ground)) if proven and not run.broken else (),
        reason=kept + (f"; no import was planted for {without}" if without else ""),
    )


def _findings(
    ground: Ground, stage: str, breaches: tuple[Breach, ...]
) -> Iterator[Finding]:
    for each in breaches:
        if each.module not in ground.modules:
            continue
        path = f"{ground.prefix}{ground.modules[each.module]}"
        yield Finding(
            path=path,
            line=each.line,
            column=1,
            end_line=each.line,
            hazard="layer-violation",
            practice=_PRACTICE,
            severity=Severity.MEDIUM,
            message=f"breaks the contract {each.contract!r}: {each.says}",
            excerpt="",
            stage=stage,
            replay="lint-imports",
            fingerprint=f"{stage} layer-violation {path} {each.contract} {each.says}",
        )


def _exhibits(ground: Ground) -> Iterator[Exhibit]:
    modules: Mapping[str, str] = ground.modules
    for path in sorted(set(modules.values())):
        yield Exhibit(
            practice=_PRACTICE,
            module=f"{ground.prefix}{path}",
            standing=Standing.PROVEN,
            reason="the project's contracts are kept, and red with an import that "
            "they forbid",
        )
