"""A part that tests can only replace by patching its module is wired in too firmly.

The patch names the place where it happens to be imported; a moved import leaves
the test green and the real client in use: mails are sent from the build.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Place,
    Project,
    Scope,
    Severity,
    Site,
    Source,
    node_at,
    per_file,
    place_of,
)

EXAMPLES = (
    Example(
        bad={
            "shop/orders.py": """
                from shop.mail import send


                def place(order: str) -> None:
                    send(order)
            """,
            "tests/test_orders.py": """
                from unittest.mock import patch

                from shop.orders import place


                def test_a_mail_is_sent():
                    with patch("shop.orders.send") as send:  # flagged
                        place("1")
                    send.assert_called_once_with("1")


                def test_a_mail_is_sent_for_two():
                    with patch("shop.orders.send") as send:
                        place("2")
                    send.assert_called_once_with("2")


                def test_nothing_is_sent_for_nothing():
                    with patch("shop.orders.send") as send:
                        place("")
                    send.assert_not_called()
            """,
        },
        good={
            "shop/orders.py": """
                def place(order: str, send) -> None:
                    send(order)
            """,
            "tests/test_orders.py": """
                from shop.orders import place


                def test_a_mail_is_sent():
                    sent = []
                    place("1", sent.append)
                    assert sent == ["1"]
            """,
        },
    ),
)

LEAST_PATCHES = 3  # of one name in one file: a single one may be the only way
_PATCH = ("unittest.mock.patch", "mock.patch")


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    own = {name for source in project.production() for name in _modules(source.path)}
    for source in project.sources:
        if not source.is_test:
            continue
        for told, places in _patched(source, own).items():
            if len(places) >= LEAST_PATCHES:
                message = f"{told} is replaced {len(places)} times by name"
                yield source, Site(node=node_at(places[0]), message=message)


def _modules(path: str) -> Iterator[str]:
    """Yield the dotted names a module may be imported by."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    for first in range(len(parts)):
        yield ".".join(parts[first:])


def _patched(source: Source, own: set[str]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for target, place in _patches(source):
        module, _, name = target.rpartition(".")
        if module in own and name.isidentifier() and not _SWITCH.search(name):
            found.setdefault(target, []).append(place)
    return found


@per_file
def _patches(source: Source) -> tuple[tuple[str, Place], ...]:
    found = []
    for call in source.calls_by_word("patch"):
        match call.args:
            case [ast.Constant(value=str(target)), *_] if _is_patch(source, call):
                found.append((target, place_of(call)))
    return tuple(found)


_SWITCH = re.compile(r"(?i)flag|settings|config|feature|enabled|get_object_or_404")


def _is_patch(source: Source, call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="mocker"), attr="patch"):
            return True
        case _:
            return source.called(call) in _PATCH


REPAIR = Brief(
    summary="Pass the part in, with the real one as the default, and give the test a "
    "fake of its own"
)

HAZARD = Hazard(
    title="Pass in what tests have to replace",
    practice="dependency-injection",
    severity=Severity.NOTE,
    check_project=check_project,
    preview=True,
    gathers=(_patches,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Martin Fowler: Inversion of Control Containers",),
    scope=Scope.TESTS,
)
