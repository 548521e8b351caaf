"""Runs hazards over sources and turns the places they point at into findings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, MutableMapping
from dataclasses import replace

from prodwright.analysis import Project, Source, Suppression
from prodwright.analysis.facts import line_at
from prodwright.core.finding import Finding
from prodwright.kit._hazard import Hazard, Scope, Site
from prodwright.kit.flows import flow_sites, is_refuted


def judge(
    project: Project,
    hazards: Iterable[Hazard],
    local: Container[str] | None = None,
    remembered: MutableMapping[Source, list[Finding]] | None = None,
) -> list[Finding]:
    """Return what `hazards` find in `project`, in reading order.

    Suppressed findings are left out; a suppression without a reason allows
    nothing.

    Args:
        project: All files.
        hazards: Those to look for.
        local: Paths of the files that are judged one by one; of the others only
            what several files together show is found. None: all are.
        remembered: What was found in each file alone by the same hazards; added to.
    """
    memory = {} if remembered is None else remembered
    chosen = tuple(hazards)
    across = _across_files(project, chosen)
    together = tuple(each for each in chosen if each.check_project or each.flow)
    findings: list[Finding] = []
    for source in project.sources:
        found = across.get(source.path, [])
        if local is None or source.path in local:
            if source not in memory:
                memory[source] = found_alone(source, chosen)
            alone = _standing(project, memory[source], found, chosen)
            findings += _in_file(source, chosen, [*found, *alone])
        elif found:
            findings += _in_file(source, together, found)
    for text in project.texts:
        findings += _in_file(text, chosen, found_alone(text, chosen))
    return sorted(_fingerprinted(findings), key=lambda each: each.place)


def judge_change(
    before: Project, after: Project, hazards: Iterable[Hazard]
) -> list[Finding]:
    """Return what `hazards` find in the change from `before` to `after`."""
    findings = [
        _finding(source, hazard, site, _line(source, site))
        for hazard in hazards
        if hazard.check_change is not None
        for source, site in hazard.check_change(before, after)
    ]
    return sorted(_fingerprinted(findings), key=lambda each: each.place)


def sites_in(source: Source, hazard: Hazard) -> list[Site]:
    """Return the places where `hazard` stands in `source`, suppressed ones left out."""
    if hazard.check is None or not hazard.scope.covers(source):
        return []
    if not hazard.judges(source):
        return []
    allowed = {
        each.covers
        for each in source.suppressions
        if each.reason and hazard.name in each.hazards
    }
    return [site for site in hazard.check(source) if site.node.lineno not in allowed]


def _across_files(
    project: Project, hazards: tuple[Hazard, ...]
) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for hazard in hazards:
        seen = [] if hazard.check_project is None else hazard.check_project(project)
        for source, site in (*seen, *flow_sites(project, hazard)):
            text = line_at(source, site.node.lineno)
            finding = _finding(source, hazard, site, text)
            found.setdefault(source.path, []).append(finding)
    return found


def is_concerned(hazard: Hazard, source: Source) -> bool:
    """Tell whether a module has what `hazard` is about."""
    if hazard.concerns is None:
        return True
    facts, key = source.facts, ("concerns", hazard.name)
    if key not in facts:
        facts[key] = bool(hazard.concerns(source))
    concerned: bool = facts[key]
    return concerned


def found_alone(source: Source, hazards: tuple[Hazard, ...]) -> list[Finding]:
    """Return what one file shows by itself, suppressed findings included."""
    scopes = {scope for scope in Scope if scope.covers(source)}
    return [
        _finding(source, hazard, site, _line(source, site))
        for hazard in hazards
        if hazard.check is not None and hazard.scope in scopes and hazard.judges(source)
        if hazard.triggers is None or not hazard.triggers.isdisjoint(source.standing)
        for site in hazard.check(source)
    ]


def _standing(
    project: Project,
    alone: list[Finding],
    across: list[Finding],
    hazards: tuple[Hazard, ...],
) -> list[Finding]:
    """Leave out what the data flow tells better, or knows to be harmless."""
    if not alone:
        return []  # as in most files
    traced = {(each.hazard, each.line) for each in across if each.trace}
    categories = {each.name: each.flow.category for each in hazards if each.flow}
    return [
        each
        for each in alone
        if each.hazard not in categories
        or not (
            (each.hazard, each.line) in traced
            or is_refuted(project, each, categories[each.hazard])
        )
    ]


def _in_file(
    source: Source, hazards: tuple[Hazard, ...], found: list[Finding]
) -> Iterator[Finding]:
    """Yield what is not suppressed, and the suppressions that suppress nothing."""
    used: set[tuple[Suppression, str]] = set()
    allowing = _allowing(source) if found else {}
    for finding in found:
        suppression = allowing.get((finding.line, finding.hazard))
        if suppression is None:
            yield finding
        else:
            used.add((suppression, finding.hazard))
    if source.suppressions:
        covering = [each for each in hazards if each.scope.covers(source)]
        yield from _unused(source, covering, used)


def _allowing(source: Source) -> dict[tuple[int, str], Suppression]:
    """Return the first suppression of each hazard on each line."""
    return {
        (each.covers, hazard): each
        for each in reversed(source.suppressions)
        if each.reason
        for hazard in each.hazards
    }


def _unused(
    source: Source, hazards: list[Hazard], used: set[tuple[Suppression, str]]
) -> Iterator[Finding]:
    judged = {hazard.name for hazard in hazards}
    idle = tuple(
        each._replace(hazards=stale)
        for each in source.suppressions
        if (stale := _stale_names(each, judged, used)) and each.reason
    )
    for hazard in hazards:
        if hazard.check_unused is not None and idle:
            for site in hazard.check_unused(source, idle):
                yield _finding(source, hazard, site, _line(source, site))


def _stale_names(
    suppression: Suppression, judged: set[str], used: set[tuple[Suppression, str]]
) -> tuple[str, ...]:
    return tuple(
        name
        for name in suppression.hazards
        if name in judged and (suppression, name) not in used
    )


def _line(source: Source, site: Site) -> str:
    line = site.node.lineno
    return source.lines[line - 1] if line <= len(source.lines) else ""


def _finding(source: Source, hazard: Hazard, site: Site, text: str) -> Finding:
    line = site.node.lineno
    before = text.encode()[: site.node.col_offset].decode(errors="replace")
    return Finding(
        path=source.path,
        line=line,
        column=len(before) + 1,
        end_line=site.node.end_lineno or line,
        hazard=hazard.name,
        practice=hazard.practice,
        severity=hazard.severity if site.severity is None else site.severity,
        message=site.message,
        excerpt=_redacted(text.strip(), site.redact),
        trace=site.trace,
    )


def _redacted(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _fingerprinted(findings: list[Finding]) -> Iterator[Finding]:
    """Tell equal lines of one file apart by their order, not by their number."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in sorted(findings, key=lambda each: each.place):
        content = (finding.hazard, finding.path, finding.excerpt)
        text = "\0".join((*content, str(seen[content])))
        seen[content] += 1
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        yield replace(finding, fingerprint=digest)
