"""A file that everybody may write is a way in for every process on the host.

Another user, or a service that was broken into, changes the configuration, the
script or the log that this one trusts.
"""

from __future__ import annotations

import ast
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
    constant,
    cst,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            import os


            def publish(path):
                os.chmod(path, 0o777)  # flagged
        """,
        good="""
            import os


            def publish(path):
                os.chmod(path, 0o775)
        """,
    ),
)

_OTHERS_WRITE = 0o002
_STICKY = 0o1000  # as on /tmp: everybody may add, only owners may delete


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("chmod", "fchmod", "lchmod"):
        mode = _mode(source, call)
        if mode is not None and mode & _OTHERS_WRITE and not mode & _STICKY:
            message = f"mode {mode:#o} lets every user of the host write"
            yield Site(node=call, message=message)


def _mode(source: Source, call: ast.Call) -> int | None:
    match call.func:
        case ast.Attribute(attr="chmod" | "fchmod" | "lchmod"):
            of_module = (source.called(call) or "").startswith("os.")
            value = constant(passed(call, "mode", 1 if of_module else 0))
            return value if isinstance(value, int) else None
        case _:
            return None


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    mode = _mode(mending.source, call)
    assert mode is not None
    stricter = cst.parse_expression(f"{mode & ~_OTHERS_WRITE:#o}")
    args = [
        each.with_changes(value=stricter)
        if isinstance(each.value, cst.Integer) and each.value.evaluated_value == mode
        else each
        for each in node.args
    ]
    return Mended(node.with_changes(args=args))


REPAIR = Rewrite(
    summary="Take the right to write from everybody else",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Let only owners write",
    practice="least-privilege",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-732", "CWE-276"),
)
