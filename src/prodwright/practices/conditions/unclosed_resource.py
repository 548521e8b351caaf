"""A file that is never closed keeps its descriptor until the collector comes by.

Under load the process reaches its limit of open files and can accept no more
connections; what was written may still be in the buffer when it is killed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
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

_OPENERS = frozenset(
    {
        "open",
        "io.open",
        "gzip.open",
        "bz2.open",
        "lzma.open",
        "codecs.open",
        "tarfile.open",
        "zipfile.ZipFile",
        "socket.create_connection",
        "os.popen",
    }
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
    for call in source.calls_to(_OPENERS):
        around = source.parent(call)
        if _is_used_up(source, call, around) or _is_forgotten(source, around):
            statement = _line_of(source, call)
            message = f"{source.called(call)} is never closed"
            yield Site(node=call, message=message, mended=statement)


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


def _is_forgotten(source: Source, around: ast.AST | None) -> bool:
    """Kept in a local name that is only read from and written to."""
    match around:
        case ast.Assign(targets=[ast.Name(id=name)]):
            function = source.function_of(around)
        case _:
            return False
    if function is None:
        return False
    names = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id == name
    ]
    stored = sum(not isinstance(node.ctx, ast.Load) for node in names)
    shared = any(
        isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(function)
    )
    used = [node for node in names if isinstance(node.ctx, ast.Load)]
    if stored != 1 or shared or not used:
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
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-772", "CWE-775"),
)
