"""What a report tells, whatever its form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from prodwright.core.brief import Brief, Change
from prodwright.core.judgement import Judgement, Standing
from prodwright.core.limits import dollars
from prodwright.core.profile import Origin
from prodwright.core.stop import StopReason
from prodwright.delivery.reached import Reached

MOST_COLUMNS = 16
_DEEPEST = 9
_TESTS = "tests"
_WORST_FIRST = (
    Standing.VIOLATED,
    Standing.UNVERIFIED,
    Standing.JUDGED,
    Standing.CHECKED,
    Standing.PROVEN,
    Standing.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Everything that a run has to show.

    Attributes:
        id: Of the run.
        door: `build` or `harden`.
        created_at: When it began, in UTC, ISO 8601.
        brief: What was asked for.
        change: What was written.
        judgement: What the gate said.
        reason: Why the run ended.
        branch: Name of the delivered branch.
        diff: Textual difference of the change.
        principles: Titles, each with its practices' names and titles.
        advice: Consequence and repair by hazard.
        reached: Whom the work could reach.
    """

    id: str
    door: str
    created_at: str
    brief: Brief
    change: Change
    judgement: Judgement
    reason: StopReason
    branch: str
    diff: str
    principles: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    advice: Mapping[str, tuple[str, str]]
    reached: Reached = field(default_factory=Reached)

    def columns(self) -> tuple[str, ...]:
        """Return the matrix's columns: modules, or folders when there are many."""
        modules = sorted({each.module for each in self.judgement.verdicts})
        tests = sorted({_TESTS for each in modules if _is_test(each)})
        others = [each for each in modules if not _is_test(each)]
        for depth in range(_DEEPEST, 0, -1):
            names = sorted({_folder(module, depth) for module in others})
            if len(names) <= MOST_COLUMNS:
                return (*names, *tests)
        return ("all modules", *tests)

    def cells(self) -> dict[tuple[str, str], tuple[Standing, str, int]]:
        """Return standing, reason and module count by practice and column.

        A folder stands as its worst module does, among those concerned.
        """
        columns = self.columns()
        cells: dict[tuple[str, str], tuple[Standing, str, int]] = {}
        for verdict in self.judgement.verdicts:
            place = (verdict.practice, _column_of(verdict.module, columns))
            old = cells.get(place)
            count = old[2] + 1 if old else 1
            worse = old is None or _rank(verdict.standing) < _rank(old[0])
            standing, reason = (
                (verdict.standing, f"{verdict.module}: {verdict.reason}")
                if worse or old is None
                else old[:2]
            )
            cells[place] = (standing, reason, count)
        return cells

    def unverified(self) -> tuple[tuple[str, str, int], ...]:
        """Return practice, reason and module count of all that nothing judged."""
        counts = Counter(
            (each.practice, each.reason)
            for each in self.judgement.verdicts
            if each.standing is Standing.UNVERIFIED
        )
        return tuple((name, reason, count) for (name, reason), count in counts.items())

    def totals(self) -> dict[Standing, int]:
        """Return how many verdicts there are of each standing."""
        counts = Counter(each.standing for each in self.judgement.verdicts)
        return {standing: counts[standing] for standing in Standing}


def report_document(report: RunReport) -> dict[str, Any]:
    """Return what the JSON report holds besides findings and verdicts."""
    answers = report.brief.profile.answers
    return {
        "run": report.id,
        "door": report.door,
        "created_at": report.created_at,
        "request": report.brief.request,
        "engineer": report.brief.engineer,
        "subject": report.brief.subject,
        "scope": list(report.brief.scope),
        "criteria": list(report.brief.criteria),
        "profile": {
            key: {"value": a.value, "origin": a.origin.value, "where": a.where}
            for key, a in answers.items()
        },
        "branch": report.branch if report.change.head != report.change.base else "",
        "base": report.change.base,
        "head": report.change.head,
        "steps": [
            {"title": each.title, "commit": each.commit} for each in report.change.steps
        ],
        "dropped": list(report.change.dropped),
        "author": report.change.author,
        "missing": report.change.missing,
        "network": report.reached.document(),
        "installed": report.reached.installed(),
        "decisions": list(report.change.decisions),
        "plan": asdict(report.brief.plan) if report.brief.plan else None,
        "usage": asdict(report.change.usage),
        "phases": [
            {"phase": name, **asdict(used)} for name, used in report.change.phases
        ],
    }


def phases(report: RunReport) -> tuple[tuple[str, int, str, str], ...]:
    """Return name, requests, tokens and cost of each phase of the work."""
    return tuple(
        (name, used.requests, f"{used.tokens:,}", dollars(used.cost_microdollars))
        for name, used in report.change.phases
    )


def authorship(report: RunReport) -> str:
    """Return who wrote and what that took, as one sentence without a full stop."""
    change = report.change
    if not change.author:
        return ""
    used = change.usage
    cost = dollars(used.cost_microdollars)
    told = f"written by {change.author}"
    return f"{told}: {used.requests} requests, {used.tokens:,} tokens, {cost}"


def assumptions(report: RunReport) -> tuple[tuple[str, str, str], ...]:
    """Return key, value and origin of each answer, assumed ones first."""
    answers = report.brief.profile.answers.items()
    ordered = sorted(answers, key=lambda pair: pair[1].origin is not Origin.ASSUMED)
    return tuple(
        (key, answer.value, " ".join([answer.origin.value, answer.where]).strip())
        for key, answer in ordered
    )


def _rank(standing: Standing) -> int:
    return _WORST_FIRST.index(standing)


def _folder(module: str, depth: int) -> str:
    parts = PurePosixPath(module).parts
    return "/".join(parts[:depth])


def _is_test(module: str) -> bool:
    path = PurePosixPath(module)
    return "tests" in path.parts[:-1] or path.name.startswith(("test_", "conftest"))


def _column_of(module: str, columns: tuple[str, ...]) -> str:
    if _is_test(module):
        return _TESTS
    fitting = [
        name for name in columns if module == name or module.startswith(f"{name}/")
    ]
    return max(fitting, key=len, default=columns[0])
