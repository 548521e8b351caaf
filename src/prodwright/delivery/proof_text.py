"""What experiments showed, as a person likes to read it in a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from prodwright.core.judgement import Outcome, StageResult, Standing, Verdict
from prodwright.core.printing import printable
from prodwright.delivery.terminal import Style

_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "31",
    Outcome.UNJUDGED: "33",
    Outcome.NOT_APPLICABLE: "2",
}
_TOLD = (Standing.PROVEN, Standing.CHECKED, Standing.VIOLATED)
_LISTED = ("not judged", "not tried")
_MOST_LISTED = 3
_UNTOLD = "nothing was shown of"


def proof_lines(
    stages: Iterable[StageResult], verdicts: Iterable[Verdict], style: Style
) -> Iterator[str]:
    """Yield a line for each stage, then what is shown of each practice."""
    for stage in stages:
        yield from _stage(stage, style)
    yield ""
    yield from _practices(tuple(verdicts), style)


def _stage(stage: StageResult, style: Style) -> Iterator[str]:
    outcome = style.paint(f"{stage.outcome.value:<15}", _COLOURS[stage.outcome])
    control = stage.control
    planted = f"  [planted {control.planted}, caught {control.caught}]"
    told = planted if control.planted else ""
    yield f"{stage.stage:<13}{outcome}{printable(stage.reason)}{style.paint(told, '2')}"
    for title in _LISTED:
        lines = stage.details.get(title, "").splitlines()
        for line in lines[:_MOST_LISTED]:
            yield style.paint(f"{'':13}{title}: {printable(line)}", "2")
        if len(lines) > _MOST_LISTED:
            more = len(lines) - _MOST_LISTED
            yield style.paint(f"{'':13}{title}: {more} more (see --json)", "2")


def _practices(verdicts: tuple[Verdict, ...], style: Style) -> Iterator[str]:
    by_practice: dict[str, Counter[Standing]] = defaultdict(Counter)
    for each in verdicts:
        by_practice[each.practice][each.standing] += 1
    silent = []
    for practice, counts in by_practice.items():
        told = [f"{counts[each]} {each.value}" for each in _TOLD if counts[each]]
        if told:
            modules = "module" if sum(counts.values()) == 1 else "modules"
            rest = f" of {sum(counts.values())} {modules}"
            yield f"{practice:<24}{', '.join(told)}{style.paint(rest, '2')}"
        else:
            silent.append(practice)
    if silent:
        yield style.paint(f"{_UNTOLD} {len(silent)} practices (see --json)", "2")
