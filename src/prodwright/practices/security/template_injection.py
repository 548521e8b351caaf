"""A value pasted into a template's source is run by the template engine.

`{{ config }}` in a user name prints the settings; a little more of it runs
commands on the server. Values belong into the context.
"""

from __future__ import annotations

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


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_COMPILES):
        if call.args and varying_parts(source, call.args[0]):
            yield Site(node=call, message="the value becomes part of the template")


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
