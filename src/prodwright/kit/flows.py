"""What the data flow found, as the places that a hazard points at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from prodwright.analysis import Project, Source
from prodwright.analysis.dataflow import Flow as Way
from prodwright.analysis.dataflow import Unfollowed
from prodwright.analysis.ir import at, column_of, line_of
from prodwright.core.finding import Finding, Severity, TraceStep
from prodwright.kit._hazard import Hazard, Node, Site


def flow_sites(project: Project, hazard: Hazard) -> Iterator[tuple[Source, Site]]:
    """Yield the places where values end that `hazard` is about, each with their way."""
    if hazard.flow is None:
        return
    sources = project.by_path
    found = project.data_flow
    ways = (*found.flows, *(found.entries if project.tells_entries else ()))
    for way in ways:
        source = sources[way.path]
        if way.category == hazard.flow.category and hazard.scope.covers(source):
            yield source, _site(way, source, sources, hazard.flow.says)


def is_refuted(project: Project, finding: Finding, category: str) -> bool:
    """Tell whether the data flow knows that nothing harmful reaches a place."""
    found = project.data_flow
    lines = project.by_path[finding.path].lines
    text = lines[finding.line - 1] if finding.line <= len(lines) else ""
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
        node=_node(source, way),
        message=f"{origin} ({where} {begin.line}) {says}",
        trace=trace,
        severity=Severity.NOTE if way.is_entry else None,
    )


def _step(source: Source, position: int, note: str) -> TraceStep:
    line = line_of(position)
    text = source.lines[line - 1] if line <= len(source.lines) else ""
    before = text.encode()[: column_of(position)].decode(errors="replace")
    return TraceStep(
        path=source.path,
        line=line,
        column=len(before) + 1,
        note=note,
        text=text.strip(),
    )


def _node(source: Source, way: Way) -> Node:
    """Return the call or statement at the end of a way.

    Calls of one chain begin at one place; their names tell them apart.
    """
    place = line_of(way.position), column_of(way.position)
    name = way.callee.rpartition(".")[2]
    at_place = [
        call
        for call in source.nodes(ast.Call)
        if (call.lineno, call.col_offset) == place
    ]
    for call in at_place:
        match call.func:
            case ast.Attribute(attr=last) | ast.Name(id=last) if last == name:
                return call
    if at_place:
        return at_place[0]
    for kind in (ast.Return, ast.Raise, ast.Assign, ast.AnnAssign, ast.Expr):
        for statement in source.nodes(kind):
            if (statement.lineno, statement.col_offset) == place:
                return statement
    line, column = place
    return ast.Pass(lineno=line, col_offset=column, end_lineno=line)
