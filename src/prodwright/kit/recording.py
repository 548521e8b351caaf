"""What a review found out of one file, so that a later one need not parse it.

A record is a tuple of plain values: it can be kept on disk and sent between processes.
What is recalled from one answers as the file itself would; the text is read when
something is asked that no record holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from prodwright.analysis import Source, Suppression
from prodwright.analysis.compact import packed
from prodwright.analysis.linking import brief
from prodwright.core.errors import UnreadableSource
from prodwright.core.finding import Finding, Severity
from prodwright.kit._hazard import Hazard, Scope
from prodwright.kit.judging import found_alone, is_concerned

_KEPT = ("is_test", "is_aside", "is_generated", "holds_tests", "imported_modules")


class Record(NamedTuple):
    """What one file showed.

    Attributes:
        refused: Why it cannot be judged; empty for a file that can, and then the rest
            holds.
        known: Attributes of the source, in the order of `_KEPT`.
        suppressions: As in `Source`.
        findings: What it shows alone, without path and practice.
        facts: As in `Source`.
        module: The compact form, packed, or where that is kept; empty where none is
            needed or possible.
        unlowered: Why there is no compact form.
        brief: Of a file with a compact form; see `analysis.linking.Brief`.
    """

    refused: str = ""
    known: tuple[Any, ...] = ()
    suppressions: tuple[tuple[Any, ...], ...] = ()
    findings: tuple[tuple[Any, ...], ...] = ()
    facts: dict[tuple[Any, ...], Any] = {}  # noqa: RUF012 - never changed
    module: bytes | tuple[int, int, bytes] = b""
    unlowered: str = ""
    brief: tuple[Any, ...] = ()


def record(source: Source, hazards: Iterable[Hazard], *, with_concerns: bool) -> Record:
    """Return what `source` shows by itself; afterwards it need not be kept.

    Args:
        source: The file.
        hazards: Those that are looked for.
        with_concerns: Whether verdicts will be asked for.
    """
    chosen = tuple(hazards)
    try:
        _ = source.tree
    except UnreadableSource as error:
        return Record(refused=str(error))
    findings = found_alone(source, chosen)
    _gather(source, chosen, with_concerns=with_concerns)
    follows = not (source.is_test or source.is_aside)
    module, unlowered, told = _lowered(source) if follows else (b"", "", ())
    return Record(
        known=tuple(getattr(source, name) for name in _KEPT),
        suppressions=tuple(
            (each.line, each.covers, each.hazards, each.reason)
            for each in source.suppressions
        ),
        findings=tuple(map(_as_tuple, findings)),
        facts=source.facts,
        module=module,
        unlowered=unlowered,
        brief=told,
    )


def _gather(
    source: Source, hazards: tuple[Hazard, ...], *, with_concerns: bool
) -> None:
    """Ask for the facts that hazards of several files will ask for."""
    scopes = {scope for scope in Scope if scope.covers(source)}
    for hazard in hazards:
        for gather in hazard.gathers:
            gather(source)
        if with_concerns and hazard.scope in scopes:
            is_concerned(hazard, source)


def _lowered(source: Source) -> tuple[bytes, str, tuple[Any, ...]]:
    try:
        module = source.lowered
    except UnreadableSource as error:
        return b"", str(error), ()
    told = tuple(brief(source.path, module))
    try:
        return packed(module), "", told
    except ValueError:
        return b"", "", told  # nested too deeply: lowered again when it is needed


def _as_tuple(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.line,
        finding.column,
        finding.end_line,
        finding.hazard,
        int(finding.severity),
        finding.message,
        finding.excerpt,
    )


def recalled(
    path: str, kept: Record, read: Callable[[], str], load: Callable[[], Any]
) -> Source:
    """Return the source that `kept` is of.

    Args:
        path: Relative to the reviewed root.
        kept: Of a file that can be judged.
        read: Returns its text.
        load: Returns the compact form; only called when the record says that there
            is one.
    """
    known = dict(zip(_KEPT, kept.known, strict=True))
    known["suppressions"] = tuple(_suppression(each) for each in kept.suppressions)
    known["facts"] = kept.facts
    if kept.module or kept.unlowered:
        known["_lowered"] = _refusing(kept.unlowered) if kept.unlowered else load
    return Source.recalled(path, read, known)


def _suppression(values: tuple[Any, ...]) -> Suppression:
    line, covers, hazards, reason = values
    return Suppression(line=line, covers=covers, hazards=hazards, reason=reason)


def _refusing(reason: str) -> Callable[[], Any]:
    def refuse() -> Any:
        raise UnreadableSource(reason, hint="exclude this file")

    return refuse


def findings_of(path: str, kept: Record, practices: dict[str, str]) -> list[Finding]:
    """Return what the file shows alone.

    Args:
        path: Relative to the reviewed root.
        kept: Its record.
        practices: Of each hazard, by name.
    """
    return [
        Finding(
            path=path,
            line=line,
            column=column,
            end_line=end_line,
            hazard=hazard,
            practice=practices[hazard],
            severity=_SEVERITIES[severity],
            message=message,
            excerpt=excerpt,
        )
        for line, column, end_line, hazard, severity, message, excerpt in kept.findings
    ]


_SEVERITIES = {int(each): each for each in Severity}
