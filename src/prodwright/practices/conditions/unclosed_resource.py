"""A file that is never closed keeps its descriptor until the collector comes by.

Under load the process reaches its limit of open files and can accept no more
connections; what was written may still be in the buffer when it is killed.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import takewhile

from prodwright.kit import (
    OPENERS,
    Example,
    Function,
    Hazard,
    Mended,
    Mending,
    Place,
    Project,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    effects_in,
    node_at,
    per_file,
    place_of,
)

EXAMPLES = (
    Example(
        bad="""
            import json


            def load(path):
                return json.load(open(path))  # flagged


            def text_of(path):
                return open(path, encoding="utf-8").read()  # flagged
        """,
        good="""
            import json


            def load(path):
                with open(path) as file:
                    return json.load(file)


            def text_of(path):
                with open(path, encoding="utf-8") as file:
                    return file.read()
        """,
    ),
)

_READS = frozenset({"read", "readline", "readlines", "write", "writelines"})
_TAKES_FILE = frozenset(
    {
        "json.load",
        "json.dump",
        "yaml.safe_load",
        "yaml.load",
        "pickle.load",
        "pickle.dump",
        "list",
        "tomllib.load",
        "csv.reader",
        "csv.DictReader",
        "ast.literal_eval",
        "hashlib.file_digest",
    }
)


def check(source: Source) -> Iterator[Site]:
    for call in _staying_open(source, source.calls_to(OPENERS)):
        statement = _line_of(source, call)
        message = f"{source.called(call)} is never closed"
        yield Site(node=call, message=message, mended=statement)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    """What a function of the project opens for its caller is the caller's to close."""
    effects = project.effects
    for name, known in effects.functions.items():
        source = project.by_path[known.path]
        for target, call in effects.calls(name):
            if target in effects.opens and call.place in _left_open(source):
                message = f"what {target.rpartition('.')[2]} opens is never closed"
                yield source, Site(node=node_at(call.place), message=message)


@per_file
def _left_open(source: Source) -> tuple[Place, ...]:
    """Return the calls whose result, were it a file, would stay open."""
    others = [
        call for call in source.nodes(ast.Call) if source.called(call) not in OPENERS
    ]
    return tuple(place_of(call) for call in _staying_open(source, others))


def _staying_open(source: Source, calls: list[ast.Call]) -> list[ast.Call]:
    """Return those of `calls` whose result is used up at once, or forgotten."""
    forgotten = _forgotten(source, calls)
    return [
        call
        for call in calls
        if call in forgotten or _is_used_up(source, call, source.parent(call))
    ]


def _line_of(source: Source, call: ast.Call) -> ast.stmt:
    around = source.ancestors(call)
    return next(each for each in around if isinstance(each, ast.stmt))


def _is_used_up(source: Source, call: ast.Call, around: ast.AST | None) -> bool:
    """Opened, read and dropped within one expression."""
    match around:
        case ast.Attribute(attr=attribute):
            return attribute in _READS
        case ast.Call() if around.args and around.args[0] is call:
            return source.called(around) in _TAKES_FILE
        case ast.Call() if call in around.args[1:2]:
            return source.called(around) in ("json.dump", "pickle.dump")
        case ast.For() | ast.comprehension():
            return around.iter is call
        case _:
            return False


def _forgotten(source: Source, calls: list[ast.Call]) -> set[ast.Call]:
    """Return those kept in a local name that is only read from and written to."""
    kept: list[tuple[ast.Call, Function, str]] = []
    for call in calls:
        match around := source.parent(call):
            case ast.Assign(targets=[ast.Name(id=name)]):
                function = source.function_of(around)
                if function is not None:
                    kept.append((call, function, name))
    uses = _uses(source, {name for _, _, name in kept})
    return {
        call
        for call, function, name in kept
        if _only_read(source, _within(function, uses[name]))
        and not _shares_names(source, function)
    }


def _uses(source: Source, names: set[str]) -> dict[str, list[ast.Name]]:
    """Return where each of `names` stands; one look at the file does for all calls."""
    uses: dict[str, list[ast.Name]] = {name: [] for name in names}
    for node in source.nodes(ast.Name) if names else ():
        if node.id in uses:
            uses[node.id].append(node)
    for found in uses.values():
        found.sort(key=_line)
    return uses


def _within(function: Function, uses: list[ast.Name]) -> list[ast.Name]:
    """Return the part of `uses`, in the order of lines, that is in `function`."""
    first = bisect_left(uses, function.lineno, key=_line)
    return uses[first : bisect_right(uses, function.end_lineno or 0, key=_line)]


def _line(node: ast.expr | ast.stmt) -> int:
    return node.lineno


def _shares_names(source: Source, function: Function) -> bool:
    lines = range(function.lineno, (function.end_lineno or 0) + 1)
    shared = source.nodes(ast.Global, ast.Nonlocal)
    return any(each.lineno in lines for each in shared)


def _only_read(source: Source, uses: list[ast.Name]) -> bool:
    """A name is stored once, then used, each time to read from what it holds."""
    used = [node for node in uses if isinstance(node.ctx, ast.Load)]
    if len(uses) - len(used) != 1 or not used:
        return False
    return all(_only_reads(source, node) for node in used)


def _only_reads(source: Source, name: ast.Name) -> bool:
    match around := source.parent(name):
        case ast.Attribute(attr=attribute):
            return attribute in _READS
        case ast.For():
            return around.iter is name
        case ast.Call() if around.args and around.args[0] is name:
            return source.called(around) in _TAKES_FILE
        case _:
            return False


def mend(node: cst.SimpleStatementLine, mending: Mending) -> Mended | None:
    call, statement = mending.site.node, mending.site.mended
    source = mending.source
    if len(node.body) != 1 or not isinstance(
        statement, ast.Return | ast.Assign | ast.Expr
    ):
        return None
    if not isinstance(call, ast.Call) or not _is_evaluated_once(
        source, call, statement
    ):
        return None
    opened, name = source.segment(call), _free_name(source, call)
    if name is None or "\n" in source.segment(statement):
        return None
    before, after = source.segment(statement).split(opened, 1)
    if isinstance(source.parent(call), ast.Attribute | ast.Call):
        block = f"with {opened} as {name}:\n    {before}{name}{after}\n"
        compound = cst.parse_statement(block)
        assert isinstance(compound, cst.With)
        body = compound.body.with_changes(header=node.trailing_whitespace)
        lines = node.leading_lines
        return Mended(compound.with_changes(body=body, leading_lines=lines))
    return None


def _is_evaluated_once(source: Source, call: ast.Call, statement: ast.stmt) -> bool:
    """Used up within the statement, first of all, and not conditionally."""
    if source.segment(statement).count(source.segment(call)) != 1:
        return False
    holding: set[ast.AST] = set()
    for around in takewhile(lambda each: each is not statement, source.ancestors(call)):
        if not isinstance(around, ast.Call | ast.Attribute | ast.Subscript):
            return False
        holding.add(around)
    within = {call, *holding, *ast.walk(call)}
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return all(each in within or _is_later(each, call) for each in calls)


def _is_later(other: ast.Call, call: ast.Call) -> bool:
    """A second file of the same statement has to wait for its own turn."""
    plain = not (isinstance(other.func, ast.Name) and other.func.id == "open")
    return plain and (other.lineno, other.col_offset) > (call.lineno, call.col_offset)


def _free_name(source: Source, call: ast.Call) -> str | None:
    around = source.function_of(call) or source.tree
    taken = {node.id for node in ast.walk(around) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in ast.walk(around) if isinstance(node, ast.arg)}
    return next((name for name in ("file", "opened") if name not in taken), None)


REPAIR = Rewrite(
    summary="Open it in a `with` statement",
    at="SimpleStatementLine",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Close what you open, on every path",
    practice="pooling",
    severity=Severity.MEDIUM,
    check=check,
    check_project=check_project,
    gathers=(effects_in, _left_open),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-772", "CWE-775"),
)
