"""`counter += 1` in two threads loses counts: it reads, adds, and writes.

Between the read and the write another thread does the same. The sum is a little
too small, more so under load, and never in a test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import threading

            sent = 0


            def work(queue):
                global sent
                for mail in queue:
                    mail.send()
                    sent += 1  # flagged


            def start(queue):
                for _ in range(4):
                    threading.Thread(target=work, args=(queue,)).start()
        """,
        good="""
            import threading

            sent = 0
            counting = threading.Lock()


            def work(queue):
                global sent
                for mail in queue:
                    mail.send()
                    with counting:
                        sent += 1


            def start(queue):
                for _ in range(4):
                    threading.Thread(target=work, args=(queue,)).start()
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("threading", "concurrent"):
        return
    targets = _run_in_threads(source)
    for function in source.functions():
        if function.name not in targets:
            continue
        for node in _updates(function):
            if not _is_guarded(source, node):
                name = ast.unparse(node.target)
                message = f"threads add to {name!r} at once, and some of it is lost"
                yield Site(node=node, message=message)


def _run_in_threads(source: Source) -> set[str]:
    """Return the names of functions that threads of this module run."""
    found = set()
    for call in source.nodes(ast.Call):
        started = None
        if source.called(call) == "threading.Thread":
            started = keyword(call, "target")
        elif _is_submission(source, call):
            started = call.args[0]
        match started:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
    return found


def _is_submission(source: Source, call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(value=pool, attr="submit" | "map"), args=[_, *_]
        ):
            made = source.names.instance_of(pool)
            return made == "concurrent.futures.ThreadPoolExecutor"
        case _:
            return False


def _updates(function: Function) -> Iterator[ast.AugAssign]:
    """Yield what is read and written back, of a name that the module owns."""
    shared = {
        name
        for node in body_nodes(function.body)
        if isinstance(node, ast.Global)
        for name in node.names
    }
    for node in body_nodes(function.body):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)) if name in shared:
                yield node


def _is_guarded(source: Source, node: ast.AST) -> bool:
    return any(isinstance(each, ast.With) for each in source.ancestors(node))


REPAIR = Brief(
    summary="Guard it by a lock, let each thread count for itself and add up at the "
    "end, or pass results back through a queue"
)

HAZARD = Hazard(
    title="Guard what threads share",
    practice="concurrency",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-362", "Python FAQ: what kinds of global value mutation are safe"),
    subject="threads",
    concerns=lambda source: "Thread" in source.text,
)
