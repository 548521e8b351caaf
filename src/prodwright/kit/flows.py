"""What the data flow found, as the places that a hazard points at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from prodwright.analysis import Project, Source
from prodwright.analysis.dataflow import Flow as Way
from prodwright.analysis.dataflow import Unfollowed
from prodwright.analysis.facts import Place, line_at, node_at, per_file, place_of
from prodwright.analysis.ir import at, column_of, line_of
from prodwright.core.finding import Finding, Severity, TraceStep
from prodwright.kit._checks import is_checked
from prodwright.kit._hazard import Hazard, Site


def flow_sites(project: Project, hazard: Hazard) -> Iterator[tuple[Source, Site]]:
    """Yield the places where values end that `hazard` is about, each with their way."""
    if hazard.flow is None:
        return
    sources = project.by_path
    found = project.data_flow
    ways = (*found.flows, *(found.entries if project.tells_entries else ()))
    for way in ways:
        source = sources[way.path]
        mine = hazard.flow.covers(way.category, _hops(way))
        if not mine or not hazard.scope.covers(source):
            continue
        if not is_checked(hazard.flow, way, sources):
            yield source, _site(way, source, sources, hazard.flow.says)


def _hops(way: Way) -> int:
    return sum(note.startswith(_HOPS) for *_, note in way.steps)


_HOPS = ("is passed to", "comes back from")


def is_refuted(project: Project, finding: Finding, category: str) -> bool:
    """Tell whether the data flow knows that nothing harmful reaches a place."""
    found = project.data_flow
    text = line_at(project.by_path[finding.path], finding.line)
    before = text[: finding.column - 1].encode()
    place = (finding.path, at(finding.line, len(before)))
    return place in found.unreached or (*place, category) in found.refuted


def unfollowed(project: Project, hazards: Iterable[Hazard]) -> tuple[Unfollowed, ...]:
    """Return where values could not be followed, if any of `hazards` needs that."""
    if not any(each.flow for each in hazards):
        return ()
    return project.data_flow.unfollowed


def _site(way: Way, source: Source, sources: Mapping[str, Source], says: str) -> Site:
    trace = tuple(
        _step(sources[path], position, note) for path, position, note in way.steps
    )
    begin = trace[0]
    where = begin.path if begin.path != source.path else "line"
    origin = begin.note.partition(",")[0]
    return Site(
        node=node_at(_end(source, way.position, way.callee)),
        message=f"{origin} ({where} {begin.line}) {says}",
        trace=trace,
        severity=Severity.NOTE if way.is_entry else None,
    )


def _step(source: Source, position: int, note: str) -> TraceStep:
    line = line_of(position)
    text = line_at(source, line)
    before = text.encode()[: column_of(position)].decode(errors="replace")
    return TraceStep(
        path=source.path,
        line=line,
        column=len(before) + 1,
        note=note,
        text=text.strip(),
    )


@per_file
def _end(source: Source, position: int, callee: str) -> Place:
    """Return where the call or statement at the end of a way stands.

    Calls of one chain begin at one place; their names tell them apart.
    """
    line, column = place = line_of(position), column_of(position)
    name = callee.rpartition(".")[2]
    calls = [
        call
        for call in source.nodes(ast.Call)
        if (call.lineno, call.col_offset) == place
    ]
    for call in calls:
        match call.func:
            case ast.Attribute(attr=last) | ast.Name(id=last) if last == name:
                return place_of(call)
    if calls:
        return place_of(calls[0])
    for kind in (ast.Return, ast.Raise, ast.Assign, ast.AnnAssign, ast.Expr):
        for statement in source.nodes(kind):
            if (statement.lineno, statement.col_offset) == place:
                return place_of(statement)
    return (line, column, line, column)
