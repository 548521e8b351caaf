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

_MACHINES = re.compile(
    r"(?i).*(webhook|callback|signature|bearer|api_?key|token|report|saml|xmlrpc).*"
)
# Only a visitor whom the browser logs in can be made to act against their will.
_KNOWS_VISITOR = re.compile(
    r"request\.(user|session|COOKIES)|login_required|\bsession\["
)
_CHANGES = re.compile(
    r"\.(save|create|delete|update|add|execute|set_password|commit|run|call|Popen"
    r"|check_output|write|append|bulk_create|get_or_create|update_or_create)\("
    r"|request\.(POST|body|FILES|form|data)|\b(eval|exec)\("
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        exempt = any(_is_exempt(source, each) for each in function.decorator_list)
        if not exempt or not _does(function) or _is_for_machines(source, function):
            continue
        text = source.segment(function) + _decorators(source, function)
        if _KNOWS_VISITOR.search(text) and _CHANGES.search(text):
            message = f"{function.name} accepts requests forged by other sites"
            yield Site(node=function, message=message)


def _decorators(source: Source, function: Function) -> str:
    return " ".join(source.segment(each) for each in function.decorator_list)


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
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-352", "ASVS 5 3.5.1"),
    subject="views that a browser calls",
    concerns=lambda source: source.imports("django", "flask"),
)
