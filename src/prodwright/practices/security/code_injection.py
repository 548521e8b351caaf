"""`eval` of a text runs it; whoever can influence the text runs the program.

Filters on characters or an emptied `__builtins__` do not help: the way from any
object to the operating system is well known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Flow,
    Hazard,
    Severity,
    Site,
    Source,
    is_literal,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            def price(formula, quantity):
                return eval(formula, {"quantity": quantity})  # flagged
        """,
        good="""
            import ast


            def limits(text):
                return ast.literal_eval(text)
        """,
    ),
    Example(
        bad="""
            from flask import Flask, request

            app = Flask(__name__)


            @app.post("/run")
            def run():
                exec(request.form["script"])  # flagged
                return {}
        """,
        good="""
            from flask import Flask, request

            app = Flask(__name__)
            SCRIPTS = {"clean": clean, "index": index}


            @app.post("/run")
            def run():
                SCRIPTS[request.form["script"]]()
                return {}
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("eval", "exec"):
        match call.func:
            case ast.Name(id="eval" as name) if call.args:
                if source.called(call) != name or _is_own(source, call.args[0]):
                    continue
                if _comes_from_outside(source, call):
                    message = f"{name} runs whatever the text says"
                    yield Site(node=call, message=message)


_OUTSIDE = re.compile(
    r"(?i)\b(args|argv|options?|opts|request|params?|input|form|query|body|message|msg"
    r"|stdin|environ|getenv|user_\w+|text|expression|condition|expr|formula|read\w*)\b"
)
_ANSWERED = re.compile(r"S307|eval-used|W0123|nosec")


def _comes_from_outside(source: Source, call: ast.Call) -> bool:
    """By its name; the data flow knows more of what frameworks hand in."""
    if _ANSWERED.search(source.lines[call.lineno - 1]):
        return False
    given = only_value(source, call.args[0])
    texts = [source.segment(call.args[0])]
    texts += [source.segment(given)] if source.parent(given) else []
    return any(_OUTSIDE.search(each) for each in texts)


def _is_own(source: Source, text: ast.expr) -> bool:
    """Fixed text, or code that was compiled: a plug-in or a template engine."""
    value = only_value(source, text)
    if isinstance(value, ast.Call):
        made = source.called(value) or ""
        if made in ("compile", "textwrap.dedent") or "compile" in made:
            return True
    return is_literal(source, value) or (
        isinstance(value, ast.Name) and "code" in value.id
    )


REPAIR = Brief(
    summary="Use `ast.literal_eval` for data, a table of functions for choices, and a "
    "real parser for formulas"
)

HAZARD = Hazard(
    title="Never run text as code",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    flow=Flow("code", says="is run as code", heeds_checks=True),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-95", "ASVS 5 1.3.2"),
)
