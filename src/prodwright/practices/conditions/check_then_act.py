"""Between the check and the act another process gets in.

The directory appears, the file is gone or was exchanged for a link, and the
program fails or works on the wrong thing. Act, and handle the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    argument,
    cst,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import os


            def prepare(folder):
                if not os.path.exists(folder):  # flagged
                    os.makedirs(folder)
        """,
        good="""
            import os


            def prepare(folder):
                os.makedirs(folder, exist_ok=True)
        """,
    ),
    Example(
        bad="""
            import contextlib
            import os


            def forget(path):
                if os.path.exists(path):  # flagged
                    os.remove(path)
        """,
        good="""
            import contextlib
            import os


            def forget(path):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(path)
        """,
    ),
)

_ASKS = frozenset({"os.path.exists", "os.path.isdir", "os.path.isfile"})
_MAKES = frozenset({"os.makedirs", "os.mkdir"})
_REMOVES = frozenset({"os.remove", "os.unlink", "os.rmdir"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("os"):
        return
    for branch in source.nodes(ast.If):
        negated = isinstance(branch.test, ast.UnaryOp)
        asked = _asked(source, branch.test)
        act = _act(source, branch)
        if asked is None or act is None or not act.args:
            continue
        wanted = _MAKES if negated else _REMOVES
        if keyword(act, "exist_ok") is not None:
            continue  # harmless: the check is only superfluous
        same = ast.dump(act.args[0]) == ast.dump(asked)
        if not negated and _tidies_up(source, branch):
            continue
        if same and source.called(act) in wanted and not _is_handled(source, branch):
            name = (source.called(act) or "").rpartition(".")[2]
            message = f"another process can get in between the check and {name}"
            yield Site(node=branch, message=message)


_TIDYING = re.compile(
    r"(?i)tmp|temp|clean|close|purge|tear_?down|__exit__|__del__|lock|partial|handle|backup"
)


def _tidies_up(source: Source, branch: ast.If) -> bool:
    """What a program removes of its own at the end nobody else removes."""
    for around in source.ancestors(branch):
        if isinstance(around, ast.ExceptHandler):
            return True
        if isinstance(around, ast.Try) and branch in around.finalbody:
            return True
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            names = f"{source.path} {around.name} {source.segment(branch.test)}"
            return _TIDYING.search(names) is not None
    return False


def _asked(source: Source, test: ast.expr) -> ast.expr | None:
    call = test.operand if isinstance(test, ast.UnaryOp) else test
    if not isinstance(call, ast.Call) or len(call.args) != 1:
        return None
    return call.args[0] if source.called(call) in _ASKS else None


def _act(source: Source, branch: ast.If) -> ast.Call | None:
    """The only thing done in the branch."""
    match branch:
        case ast.If(body=[ast.Expr(value=ast.Call() as act)], orelse=[]):
            return act
        case _:
            return None


def _is_handled(source: Source, branch: ast.If) -> bool:
    around = source.ancestors(branch)
    return any(isinstance(each, ast.Try) and branch in each.body for each in around)


def mend(node: cst.If, mending: Mending) -> Mended | None:
    branch = mending.site.node
    assert isinstance(branch, ast.If)
    act = _act(mending.source, branch)
    name = mending.source.called(act) if act is not None else None
    if act is None or act.keywords or len(act.args) != 1:
        return None
    if mending.source.segment(branch).startswith("elif"):
        return None  # only another `if` can stand there
    if name == "os.makedirs":
        return _made_at_once(node, mending.source, branch)
    if name in ("os.remove", "os.unlink") and not _asks_for_kind(branch):
        return _removed_at_once(node)
    return None


def _asks_for_kind(branch: ast.If) -> bool:
    """`isfile` also keeps directories from being removed."""
    call = branch.test
    return not (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "exists"
    )


def _made_at_once(node: cst.If, source: Source, branch: ast.If) -> Mended | None:
    lines = source.lines[branch.lineno - 1 : branch.end_lineno]
    if any("#" in line for line in lines):
        return None  # comments inside would be lost
    match node.body:
        case cst.IndentedBlock(
            body=[
                cst.SimpleStatementLine(
                    body=[cst.Expr(value=cst.Call() as made)]
                ) as line
            ]
        ):
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            first = made.args[0].with_changes(comma=comma)
            called = made.with_changes(args=[first, argument("exist_ok", "True")])
            body = [cst.Expr(value=called)]
            lead = node.leading_lines
            return Mended(line.with_changes(body=body, leading_lines=lead))
        case _:
            return None


def _removed_at_once(node: cst.If) -> Mended | None:
    block = "with contextlib.suppress(FileNotFoundError):\n    pass\n"
    calm = cst.parse_statement(block)
    assert isinstance(calm, cst.With)
    lead = node.leading_lines
    kept = calm.with_changes(body=node.body, leading_lines=lead)
    return Mended(kept, ("contextlib",))


REPAIR = Rewrite(
    summary="Act at once: `exist_ok=True`, or handle `FileNotFoundError`",
    at="If",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Act first, then handle what was in the way",
    practice="concurrency",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-367", "Python glossary: EAFP"),
)
