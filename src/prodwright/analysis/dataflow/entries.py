"""What a function is called with: by frameworks, or by whoever imports it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import (
    BITS,
    EVERYTHING,
    MOST_PARAMETERS,
    in_slot,
    origin_mask,
)
from prodwright.analysis.dataflow.frame import HARMLESS, Frame
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.trails import begin
from prodwright.analysis.dataflow.types import shape_of
from prodwright.analysis.dataflow.values import (
    CLEAN,
    INSTANCE,
    UNKNOWN,
    Environment,
    Shape,
    Value,
)
from prodwright.analysis.ir import Function, Node
from prodwright.analysis.linking import CLASS, EXTERNAL
from prodwright.analysis.models import Entry

_INPUT: Final = origin_mask("input")
_SEGMENT: Final = _INPUT & ~BITS["path"]
_URL_PART: Final = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>|\{(\w+)(?::(\w+))?\}")
_NUMBERS: Final = frozenset({"int", "float", "uuid"})
# Classes of other packages whose objects hold what a client sent.
_CARRIERS: Final = (
    "pydantic",
    "pathlib",
    "typing",
    "annotated_types",
    "fastapi.Upload",
)


def enter(frame: Frame) -> Environment:
    """Return what is known of the parameters when the function is called.

    Where its results are shown is noted in `frame`.
    """
    function = frame.function
    entry, url = _entry_of(frame, function)
    environment: Environment = {}
    asked = False
    for at, parameter in enumerate(function.parameters):
        shape = _shape(frame, at, parameter)
        value = _own(frame, at, parameter, shape)
        if entry is not None and _comes_from_client(
            frame, entry, parameter, shape, url
        ):
            note = f"{parameter[0]}, from the client"
            bits = _SEGMENT if parameter[0] in _segments(url) else _INPUT
            value = frame.from_outside(value, bits, note)
        if shape is not None and shape[0] == EXTERNAL and shape is not HARMLESS:
            asked = asked or _is_request(frame, shape)
        environment[parameter[0]] = marked_if_secret(frame, value, parameter[0])
    _note_shown(frame, entry, url, asked=asked)
    return environment


def is_entry(frame: Frame) -> bool:
    """Tell whether a framework calls the function."""
    return _entry_of(frame, frame.function)[0] is not None


def _note_shown(frame: Frame, entry: Entry | None, url: str, *, asked: bool) -> None:
    shown: list[tuple[str, int]] = []
    if entry is not None and entry.shows:
        shown.append(("page", BITS["page"]))
    if entry is not None or asked:
        shown.append(("exception-client", BITS["exception-client"]))
    frame.shows = tuple(shown)
    if url and not _URL_PART.search(url):
        frame.route = url


def _shape(frame: Frame, at: int, parameter: Node) -> Shape | None:
    name, _, annotation, _ = parameter
    if at == 0 and frame.function.owner and name in ("self", "cls"):
        owner = (frame.key, frame.function.owner)
        return (INSTANCE, *owner, {}) if name == "self" else (CLASS, *owner)
    known = shape_of(frame.program, frame.models, frame.key, annotation)
    if known is not None:
        return known
    for given in frame.models.parameters:
        if given.name == name and frame.engine.imports(frame.key, given.imports):
            return frame.engine.renamed((EXTERNAL, f"{given.type}()"))
    return None


def _own(frame: Frame, at: int, parameter: Node, shape: Shape | None) -> Value:
    """Return the parameter as its caller may fill it."""
    if shape is HARMLESS:
        return CLEAN
    name = parameter[0]
    is_self = at == 0 and bool(frame.function.owner) and name in ("self", "cls")
    is_known = shape is not None and shape[0] == EXTERNAL and _is_request(frame, shape)
    if is_self or is_known or at >= MOST_PARAMETERS:
        return (0, UNKNOWN, shape, None)
    taint = in_slot(at + 1, EVERYTHING)
    note = f"parameter {name}"
    trail = begin(taint, frame.path, frame.function.position, note)
    return (taint, UNKNOWN, shape, trail)


def _is_request(frame: Frame, shape: Shape) -> bool:
    return frame.engine.matters(shape)


def _comes_from_client(
    frame: Frame, entry: Entry, parameter: Node, shape: Shape | None, url: str
) -> bool:
    name, _, _, default = parameter
    if entry.parameters == "none" or shape is HARMLESS or name in ("self", "cls"):
        return False
    if entry.parameters == "path":
        return name in _url_parameters(url)
    if any(
        each.name == name and frame.engine.imports(frame.key, each.imports)
        for each in frame.models.parameters
    ):
        return False  # the framework's own object, whatever its class is called
    if default is not None and default[0] == ir.CALL:
        made = frame.program.dotted_in(frame.key, ir.dotted(default[1]))
        if made is not None and made[-1] in frame.models.injected:
            return False
    if shape is not None and shape[0] == EXTERNAL:
        return str(shape[1]).startswith(_CARRIERS)
    return True


def _url_parameters(url: str) -> set[str]:
    return {
        name or other
        for kind, name, other, _ in _URL_PART.findall(url)
        if kind not in _NUMBERS
    }


def _segments(url: str) -> set[str]:
    """Return the parameters that hold one part of a path: no slash gets into them."""
    return {
        name or other
        for kind, name, other, convertor in _URL_PART.findall(url)
        if (kind or convertor) != "path"
    }


def _entry_of(frame: Frame, function: Function) -> tuple[Entry | None, str]:
    """Return what describes the calls of frameworks, and the URL of a route."""
    for entry in frame.models.entries:
        if entry.imports and not frame.engine.imports(frame.key, entry.imports):
            continue
        for decorator, url in _decorators(frame, function):
            if decorator in entry.decorators:
                return entry, url
        if entry.bases and _is_method_of(frame, function, entry):
            return entry, ""
    return None, ""


def _decorators(frame: Frame, function: Function) -> Iterator[tuple[str, str]]:
    """Yield each decorator's dotted name and, of a route on any object, `*.name`."""
    for each in function.decorators:
        called = each[1] if each[0] == ir.CALL else each
        if called[0] not in (ir.NAME, ir.ATTRIBUTE):
            continue
        name = ir.dotted(called)
        url = _url(each)
        found = frame.program.dotted_in(frame.key, name)
        if found is not None and found[0] == EXTERNAL:
            yield frame.engine.renamed(found)[1], url or ""
        if called[0] == ir.ATTRIBUTE and url is not None:
            yield f"*.{called[2]}", url


def _url(decorator: Node) -> str | None:
    if decorator[0] != ir.CALL or not decorator[2]:
        return None
    first = decorator[2][0]
    text = first[1] if first[0] == ir.CONSTANT else None
    is_url = isinstance(text, str) and (not text or text.startswith("/"))
    return text if is_url else None


def _is_method_of(frame: Frame, function: Function, entry: Entry) -> bool:
    name = function.name.rpartition(".")[2]
    if not function.owner or name not in entry.methods:
        return False
    outside = frame.program.outside_bases((CLASS, frame.key, function.owner))
    return any(each.startswith(entry.bases) for each in outside)
