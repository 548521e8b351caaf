"""A value pasted into a template's source is run by the template engine.

`{{ config }}` in a user name prints the settings; a little more of it runs
commands on the server. Values belong into the context.
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
    varying_parts,
)

EXAMPLES = (
    Example(
        bad="""
            from flask import render_template_string


            def hello(name):
                return render_template_string(f"<p>Hello {name}</p>")  # flagged
        """,
        good="""
            from flask import render_template_string


            def hello(name):
                return render_template_string("<p>Hello {{ name }}</p>", name=name)
        """,
    ),
    Example(
        bad="""
            from flask import request


            def publish(number):
                text = "{% extends 'base.html' %}" + request.form["text"]
                path = f"blog/templates/posts/{number}.html"
                with open(path, "w") as file:
                    file.write(text)  # flagged
        """,
        good="""
            from flask import request


            def publish(number):
                path = f"blog/posts/{number}.html"
                with open(path, "w") as file:
                    file.write(request.form["text"])
        """,
    ),
)

_COMPILES = frozenset(
    {
        "flask.render_template_string",
        "jinja2.Template",
        "mako.template.Template",
        "jinja2.Environment.from_string",
        "django.template.Template",
        "jinja2.sandbox.SandboxedEnvironment.from_string",
    }
)


# A file that an engine loads, by where it lies: `shop/templates/pages/7.html`.
_TEMPLATE = re.compile(r"(?i)(^|[/\\\"'])templates?/.*\.(html?|j2|jinja2?|mako|txt)\b")
_REQUEST = re.compile(
    r"\brequest\.(POST|GET|form|args|values|json|get_json|data|files|body)\b"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_COMPILES):
        if call.args and varying_parts(source, call.args[0]):
            yield Site(node=call, message="the value becomes part of the template")
    yield from _written(source)


def _written(source: Source) -> Iterator[Site]:
    """Yield where a request's text is written to a file among the templates."""
    if "template" not in source.text or _REQUEST.search(source.text) is None:
        return
    for call in source.nodes(ast.Call):
        match call:
            case ast.Call(
                func=ast.Attribute(value=file, attr="write" | "write_text"),
                args=[given, *_],
            ) if _is_template(source, file) and _is_sent(source, given):
                yield Site(node=call, message="what is sent becomes a template")


def _is_template(source: Source, file: ast.expr) -> bool:
    texts = (source.segment(each) for each in _origins(source, file))
    return any(_TEMPLATE.search(text) for text in texts)


def _is_sent(source: Source, given: ast.expr) -> bool:
    texts = (source.segment(each) for each in _origins(source, given))
    return any(_REQUEST.search(text) for text in texts)


def _origins(source: Source, given: ast.expr) -> list[ast.expr]:
    """Return `given` and what the names in it were made of, some steps back."""
    found, waiting = [given], [given]
    for _ in range(_MOST_STEPS):
        waiting = [
            value
            for each in waiting
            for name in ast.walk(each)
            if isinstance(name, ast.Name)
            for value in source.names.values_of(name.id, name)
            if value not in found
        ]
        found += waiting
    return found


_MOST_STEPS = 4


REPAIR = Brief(summary="Keep the template fixed and pass values as its context")

HAZARD = Hazard(
    title="Keep values out of template sources",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    flow=Flow("template", says="becomes part of the template"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1336", "ASVS 5 1.3.7"),
)
