"""`User(**request.json)` lets the sender set every column, `is_admin` too.

The form has two fields, the table has twenty, and the request is not made by the
form.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            from flask import request


            def create(session):
                data = request.get_json()
                session.add(User(**data))  # flagged


            def change(user):
                for name, value in request.json.items():
                    setattr(user, name, value)  # flagged


            def merge(user):
                user.__dict__.update(request.form)  # flagged
        """,
        good="""
            from flask import request


            def create(session):
                data = UserForm.model_validate(request.get_json())
                session.add(User(name=data.name, mail=data.mail))
        """,
    ),
)

_WAYS = ("setattr(", "(**", "__dict__", "vars(")
_RAW = frozenset({"json", "form", "args", "values", "data", "POST", "GET"})
_READS = frozenset({"get_json", "json", "form", "to_dict", "dict", "post"})


def check(source: Source) -> Iterator[Site]:
    text = source.text
    if "request" not in text or not any(each in text for each in _WAYS):
        return
    raw = _raw_names(source)
    for node in source.nodes(ast.Call, ast.For):
        function = source.function_of(node) if _may_assign(node) else None
        if function is not None:
            yield from _assigned(node, raw[function])


def _may_assign(node: ast.AST) -> bool:
    match node:
        case ast.Call(args=[], keywords=[ast.keyword(arg=None)]) | ast.For():
            return True
        case ast.Call(func=ast.Attribute(attr="update"), args=[_]):
            return True
        case _:
            return False


def _raw_names(source: Source) -> defaultdict[ast.AST, set[str]]:
    """Return the names for the request's data, by whatever stands around them."""
    found: defaultdict[ast.AST, set[str]] = defaultdict(set)
    for node in source.nodes(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if _is_raw(value, frozenset()):
                    for around in source.ancestors(node):
                        found[around].add(name)
    return found


def _assigned(node: ast.AST, raw: set[str]) -> Iterator[Site]:
    match node:
        case ast.Call(
            func=ast.Name(id=name), args=[], keywords=[ast.keyword() as only]
        ):
            is_class = name[:1].isupper() and not _is_schema(name)
            if only.arg is None and is_class and _is_raw(only.value, raw):
                message = f"the sender sets whatever field of {name} they name"
                yield Site(node=node, message=message)
        case ast.Call(func=ast.Attribute(value=owner, attr="update"), args=[given]):
            if _is_state(owner) and _is_raw(given, raw):
                message = "the sender sets whatever attribute they name"
                yield Site(node=node, message=message)
        case ast.For(iter=ast.Call(func=ast.Attribute(value=value, attr="items"))):
            if _is_raw(value, raw):
                yield from _setters(node)


def _is_state(owner: ast.expr) -> bool:
    """Tell whether it is what an object keeps its attributes in."""
    match owner:
        case ast.Attribute(attr="__dict__") | ast.Call(func=ast.Name(id="vars")):
            return True
        case _:
            return False


def _setters(loop: ast.For) -> Iterator[Site]:
    names = {each.id for each in ast.walk(loop.target) if isinstance(each, ast.Name)}
    for node in ast.walk(loop):
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Name(id=name), _]):
                if name in names and not _is_filtered(loop):
                    message = "the sender names the attribute that is set"
                    yield Site(node=node, message=message)


def _is_filtered(loop: ast.For) -> bool:
    return any(isinstance(node, ast.If) for node in ast.walk(loop))


def _is_schema(name: str) -> bool:
    """What validates is given everything, and takes what it knows."""
    ends = ("Schema", "Form", "Model", "Request", "Input", "Payload", "Serializer")
    return name.endswith((*ends, "Create", "Update", "Params", "Body", "DTO", "In"))


def _is_raw(value: ast.expr, raw: set[str] | frozenset[str]) -> bool:
    """Tell whether it is the request's own data, unchecked."""
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Name(id=name):
            return name in raw
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _READS:
            return _is_request(owner) or _is_raw(owner, raw)
        case ast.Attribute(value=owner, attr=name):
            return name in _RAW and _is_request(owner)
        case _:
            return False


def _is_request(owner: ast.expr) -> bool:
    match owner:
        case ast.Name(id="request" | "req"):
            return True
        case ast.Attribute(attr="request"):
            return True
        case _:
            return False


REPAIR = Brief(
    summary="Parse into a schema with exactly the fields a sender may set, and assign "
    "those by name"
)

HAZARD = Hazard(
    title="Set only the fields a sender may set",
    practice="access-control",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-915", "OWASP API3:2023"),
    subject="requests",
    concerns=lambda source: "request" in source.text,
)
