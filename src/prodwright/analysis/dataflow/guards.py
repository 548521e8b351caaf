"""Conditions that tell harmless values from others."""

from __future__ import annotations

from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import EVERYTHING, OBSCURE, everywhere, mask
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.names import root_name
from prodwright.analysis.dataflow.values import (
    BOUND,
    ENTRIES,
    ITEMS,
    Environment,
    Value,
    cleared,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import EXTERNAL, FUNCTION
from prodwright.analysis.models import Validator

# A variable, the categories in which it is harmless, and whether when the condition
# holds or when it fails.
Guard = tuple[str, int, bool]

_MOST_STEPS_BACK = 4

# A text in which these do not occur (or no longer) is harmless in these categories.
HARMFUL_TEXTS: Final = {
    "/": mask(["path", "redirect"]),
    "\\": mask(["path"]),
    "..": mask(["path"]),
    "../": mask(["path"]),
    "'": mask(["sql", "xpath", "code", "ldap"]),
    '"': mask(["sql", "xpath", "code", "ldap"]),
    "<": mask(["page"]),
    ";": mask(["command"]),
    "(": mask(["ldap"]),
    "*": mask(["ldap"]),
    "\n": mask(["log", "header"]),
    "\r\n": mask(["log", "header"]),
    "\r": mask(["header"]),
}
_JUDGING: Final = ("is_safe", "is_valid", "is_allowed", "validate", "is_permitted")


def guards(frame: Frame, node: Node, environment: Environment) -> list[Guard]:
    """Return what a condition tells of variables."""
    frame.spend()
    kind = node[0]
    if kind == ir.UNARY and node[1] == "not":
        found = guards(frame, node[2], environment)
        return [(name, bits, not holds) for name, bits, holds in found]
    if kind == ir.LOGIC:
        certain = node[1] == "and"
        found = [each for part in node[2] for each in guards(frame, part, environment)]
        return [each for each in found if each[2] is certain]
    if kind == ir.COMPARE:
        return _comparison(frame, node, environment)
    if kind == ir.CALL:
        return _judgement(frame, node, environment)
    return guards(frame, node[1], environment) if kind == ir.AWAIT else []


def _comparison(frame: Frame, node: Node, environment: Environment) -> list[Guard]:
    symbol, left, right = node[1], node[2], node[3]
    if symbol in ("in", "not in"):
        if left[0] == ir.CONSTANT:
            return _absence(left[1], right, absent_when_true=symbol == "not in")
        if left[0] in (ir.NAME, ir.ATTRIBUTE, ir.SUBSCRIPT, ir.CALL):
            name = root_name(left)
            allowed = frame.evaluate(right, environment)
            if name is not None and _is_list_of_ours(right, allowed):
                return [(name, EVERYTHING, symbol == "in")]
    elif symbol in ("==", "!=") and left[0] != ir.CALL:
        name = root_name(left)
        if right[0] == ir.CONSTANT and right[1] and name is not None:
            return [(name, EVERYTHING, symbol == "==")]
    return []


def _absence(text: object, where: Node, *, absent_when_true: bool) -> list[Guard]:
    bits = HARMFUL_TEXTS.get(text, 0) if isinstance(text, str) else 0
    name = root_name(where)
    return [(name, bits, absent_when_true)] if bits and name is not None else []


def _is_list_of_ours(node: Node, value: Value) -> bool:
    """Written out in the code, or a constant by its name."""
    if value[0] & ~OBSCURE:
        return False
    if node[0] == ir.SEQUENCE or (value[2] is not None and value[2][0] in _COLLECTIONS):
        return True
    if node[0] not in (ir.NAME, ir.ATTRIBUTE):
        return False
    name = node[1] if node[0] == ir.NAME else node[2]
    return name.isupper() or "allow" in name.lower()


_COLLECTIONS: Final = (ITEMS, ENTRIES)


def _judgement(frame: Frame, node: Node, environment: Environment) -> list[Guard]:
    function, arguments = node[1], node[2]
    callee = frame.evaluate(function, environment)
    shape = callee[2]
    path = shape[1] if shape is not None and shape[0] == EXTERNAL else ""
    method = function[2] if function[0] == ir.ATTRIBUTE else ""
    validator = (
        frame.models.validators.get(path) or frame.engine.by_method(method).validator
    )
    if validator is not None and validator.result is not None:
        judged = _argument(validator, node)
        name = None if judged is None else root_name(judged)
        return [] if name is None else [(name, validator.cleared, validator.result)]
    is_ours = shape is not None and shape[0] in (FUNCTION, BOUND)
    name_of_callee = method or (function[1] if function[0] == ir.NAME else "")
    if is_ours and arguments and name_of_callee.lstrip("_").startswith(_JUDGING):
        name = root_name(arguments[0])
        return [(name, EVERYTHING, True)] if name is not None else []
    return []


def _argument(validator: Validator, call: Node) -> Node | None:
    function, arguments = call[1], call[2]
    at = validator.argument
    if at < 0:
        owner: Node | None = function[1] if function[0] == ir.ATTRIBUTE else None
        return owner
    if at < len(arguments):
        given: Node | None = arguments[at]
        return given
    return next((each for name, each in call[3] if name == validator.keyword), None)


def cleanse(
    frame: Frame, environment: Environment, found: list[Guard], *, holds: bool
) -> None:
    """Clear the variables that guards vouch for, and those they were made of.

    Args:
        frame: The function under way.
        environment: What is changed.
        found: The guards of a condition.
        holds: Whether the condition held on this way.
    """
    for name, bits, when in found:
        if when is not holds:
            continue
        variable: str | None = name
        for _ in range(_MOST_STEPS_BACK):
            if variable is None:
                break
            value = environment.get(variable)
            if value is not None and value[0]:
                environment[variable] = cleared(value, everywhere(bits))
            variable = frame.derived.get(variable)
