"""Calls of the program's own functions and classes."""

from __future__ import annotations

import re

from prodwright.analysis import ir
from prodwright.analysis.categories import (
    BITS,
    MOST_PARAMETERS,
    OBSCURE,
    SLOT,
    SLOT_BITS,
    everywhere,
    mask,
    origin_mask,
)
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.records import Inlined, Summary
from prodwright.analysis.dataflow.trails import Step, Trail, extend, from_callee, meet
from prodwright.analysis.dataflow.values import (
    CLEAN,
    ENTRIES,
    INSTANCE,
    ITEMS,
    UNKNOWN,
    Shape,
    Value,
    cleared,
    mixed,
    obscured,
    part_of,
    plain,
    shaped,
)
from prodwright.analysis.ir import Function
from prodwright.analysis.linking import CLASS, EXTERNAL, FUNCTION, Reference

_PAGE = everywhere(mask(["page"]))
_SECRET = everywhere(origin_mask("secret"))
_HIDING = ("hash", "encrypt", "digest", "mask", "redact", "obfuscate", "make_password")
_INPUT = everywhere(origin_mask("input"))
# What such a function does is not looked at: it is what the project relies on.
_CLEANING = re.compile(
    r"(^|_)(sanit\w+|secure|secured|safe|safely|cleaned|validated?|normalize_path)(_|$)"
)
_LONGEST_INLINED = 40  # statements of a function that is followed for one call
_MOST_RETURNED = 12  # items of a result that are told apart


def call_inside(
    frame: Frame,
    function: Reference,
    arguments: list[Value],
    keywords: dict[str | None, Value],
) -> Value:
    """Return what a function of the program makes of its arguments.

    Args:
        frame: The caller.
        function: What is called.
        arguments: In order; that of a method begins with its object.
        keywords: By name; those of `**` under None.
    """
    record = frame.program.function(function)
    given = bound(record, arguments, keywords)
    name = record.name.rpartition(".")[2]
    value = _called(frame, function, record, given, name)
    return cleared(value, _removed_by(name.lower()))


def _called(
    frame: Frame,
    function: Reference,
    record: Function,
    given: dict[str, Value],
    name: str,
) -> Value:
    if _worth_inlining(frame, record, given):
        followed = follow(frame, function, given, name)
        if followed is not None:
            return followed.result
    summary = frame.engine.summary(function)
    if summary is None:  # it calls itself
        return obscured(mixed(list(given.values())))
    return _applied(frame, record, summary, given, name)


def follow(
    frame: Frame, function: Reference, given: dict[str, Value], name: str
) -> Inlined | None:
    """Return what one call of a function does, followed for this call alone."""
    step = frame.step(f"is passed to {name}")
    passed = {
        parameter: (
            (value[0], value[1], value[2], extend(value[3], value[0], step))
            if value[0] & ~OBSCURE
            else value
        )
        for parameter, value in given.items()
    }
    followed = frame.engine.inlined(frame, function, passed)
    if followed is not None:
        for place, hit in followed.hits.items():
            frame.hits.setdefault(place, hit)
    return followed


def _removed_by(name: str) -> int:
    """Return the taint that a function removes, as its name promises."""
    if _CLEANING.search(name):
        return _INPUT
    if "escape" in name and "unescape" not in name:
        return _PAGE
    return _SECRET if any(word in name for word in _HIDING) else 0


def _worth_inlining(frame: Frame, record: Function, given: dict[str, Value]) -> bool:
    """Whether what an argument is made of matters, beyond how dangerous it is."""
    if len(record.body) > _LONGEST_INLINED:
        return False
    shapes = [each[2] for each in given.values() if each[2] is not None]
    if not any(frame.engine.matters(each) for each in shapes):
        return False
    if any(each[0] & ~OBSCURE for each in given.values()):
        return True
    return any(_brings_danger(frame, each) for each in shapes)


def _brings_danger(frame: Frame, shape: Shape) -> bool:
    """Whether an object holds, or can be asked for, what comes from outside."""
    if shape[0] != INSTANCE:
        return shape[0] == EXTERNAL and frame.engine.matters(shape)
    held: dict[str, Value] = shape[3]
    return any(
        each[0] & ~OBSCURE
        or (
            each[2] is not None
            and each[2][0] == EXTERNAL
            and frame.engine.matters(each[2])
        )
        for each in held.values()
    )


def _applied(
    frame: Frame, record: Function, summary: Summary, given: dict[str, Value], name: str
) -> Value:
    """Return the result of a summary for these arguments, and note where they end."""
    slots = [given.get(each[0], CLEAN) for each in record.parameters[:MOST_PARAMETERS]]
    step = frame.step(f"is passed to {name}")
    for (slot, category), hit in summary.hits.items():
        value = slots[slot - 1] if slot <= len(slots) else CLEAN
        if value[0] & ~OBSCURE:
            frame.hurts_inside(category, BITS[category], value, (step, slot, hit))
    return _translated(summary.result, slots, frame.step(f"comes back from {name}"))


def _translated(result: Value, slots: list[Value], step: Step) -> Value:
    """Return a callee's value in terms of what its parameters were given."""
    taint = result[0] & SLOT
    trail: Trail | None = from_callee(result[3]) if taint and result[3] else None
    remaining, slot = result[0] >> SLOT_BITS, 0
    while remaining:
        bits = remaining & SLOT
        if bits and slot < len(slots) and slots[slot][0]:
            taint |= slots[slot][0] & everywhere(bits)
            trail = meet(trail, slots[slot][3])
        remaining >>= SLOT_BITS
        slot += 1
    shape = _translated_shape(result[2], slots, step)
    if not taint & ~OBSCURE:
        return (taint, result[1], shape, None)
    return (taint, result[1], shape, extend(trail, taint, step))


def _translated_shape(
    shape: Shape | None, slots: list[Value], step: Step
) -> Shape | None:
    if shape is None or shape[0] in (EXTERNAL, FUNCTION, CLASS):
        return shape
    kind = shape[0]
    if kind == ITEMS:
        if len(shape[1]) > _MOST_RETURNED:
            return None
        return (ITEMS, tuple([_translated(each, slots, step) for each in shape[1]]))
    if kind not in (ENTRIES, INSTANCE) or len(shape[-1]) > _MOST_RETURNED:
        return None
    known = {name: _translated(each, slots, step) for name, each in shape[-1].items()}
    return (*shape[:-1], known)


def bound(
    record: Function, arguments: list[Value], keywords: dict[str | None, Value]
) -> dict[str, Value]:
    """Return the arguments by the names of the parameters that receive them."""
    given: dict[str, Value] = {}
    waiting = list(arguments)
    rest = keywords.get(None)
    for name, sort, _, _ in record.parameters:
        if sort in (ir.POSITIONAL_ONLY, ir.ORDINARY) and waiting:
            given[name] = waiting.pop(0)
        elif sort == ir.REST:
            given[name] = mixed(waiting)
            waiting = []
        elif sort == ir.KEYWORDS:
            given[name] = _other_keywords(keywords, given)
        elif name in keywords:
            given[name] = keywords[name]
        elif rest is not None:
            given[name] = plain(rest[0], rest[3])
    return given


def _other_keywords(
    keywords: dict[str | None, Value], given: dict[str, Value]
) -> Value:
    others = [value for name, value in keywords.items() if name not in given]
    return mixed(others)


def construct(
    frame: Frame,
    class_: Reference,
    arguments: list[Value],
    keywords: dict[str | None, Value],
) -> Value:
    """Return the new object of a class of the program."""
    whole = part_of(mixed([*arguments, *keywords.values()]))
    start: Shape = (INSTANCE, class_[1], class_[2], {})
    found = frame.program.member(class_, "__init__")
    if found is None or found[0] != FUNCTION:
        fields = _fields(frame, class_, arguments, keywords)
        shape = (INSTANCE, class_[1], class_[2], fields)
        return (whole[0], UNKNOWN, shape, whole[3])
    record = frame.program.function(found)
    given = bound(record, [shaped(start), *arguments], keywords)
    followed = follow(frame, found, given, class_[2])
    own = record.parameters[0][0] if record.parameters else ""
    made = followed.environment.get(own) if followed is not None else None
    if made is None or made[2] is None or made[2][0] != INSTANCE:
        return (whole[0], UNKNOWN, start, whole[3])
    taint = 0 if made[2][3] else whole[0]
    return (taint, UNKNOWN, made[2], whole[3] if taint else None)


def _fields(
    frame: Frame,
    class_: Reference,
    arguments: list[Value],
    keywords: dict[str | None, Value],
) -> dict[str, Value]:
    """What a data class or model holds, by the names of its fields."""
    fields = frame.program.fields(class_)
    given = {name: value for name, value in keywords.items() if name is not None}
    for (name, _), value in zip(fields, arguments, strict=False):
        given[name] = value
    return given
