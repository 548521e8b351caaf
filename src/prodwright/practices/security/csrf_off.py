"""Without protection against forged requests any site can act as its visitor.

A page that the user merely opens sends the form, the browser adds the session
cookie, and the transfer is made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            from django.views.decorators.csrf import csrf_exempt


            @csrf_exempt
            def transfer(request):  # flagged
                return request.user.transfer(request.POST["to"], request.POST["sum"])
        """,
        good="""
            from django.views.decorators.csrf import csrf_exempt


            def transfer(request):
                return request.user.transfer(request.POST["to"], request.POST["sum"])


            @csrf_exempt
            def payment_webhook(request):
                return verify_signature(request)


            def verify_signature(request):
                return request.headers["x-signature"]
        """,
    ),
)

_MACHINES = re.compile(r"(?i).*(webhook|callback|signature|bearer|api_?key|token).*")


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        exempt = any(_is_exempt(source, each) for each in function.decorator_list)
        if exempt and _does(function) and not _is_for_machines(source, function):
            message = f"{function.name} accepts requests forged by other sites"
            yield Site(node=function, message=message)


def _does(function: Function) -> bool:
    """Tell whether it does anything: the same answer for all is no harm."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    match body:
        case [ast.Return(value=ast.Call(args=arguments))]:
            return not all(isinstance(each, ast.Constant) for each in arguments)
        case _:
            return True


def _is_exempt(source: Source, decorator: ast.expr) -> bool:
    name = source.qualified(decorator) or ""
    return name.endswith(".csrf_exempt")


def _is_for_machines(source: Source, function: Function) -> bool:
    """Machines do not carry a browser's cookies."""
    return _MACHINES.search(source.segment(function)) is not None


REPAIR = Brief(
    summary="Drop the exemption and send the token with the form; machines sign their "
    "requests instead"
)

HAZARD = Hazard(
    title="Refuse requests forged by other sites",
    practice="access-control",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-352", "ASVS 5 3.5.1"),
    subject="views that a browser calls",
    concerns=lambda source: source.imports("django", "flask"),
)
