"""Where in a function another thread can come in between with consequences.

Before it writes to something that others may see, and before it calls something: a
thread that stands there has read what it relies on. All else is its own business.
"""

from __future__ import annotations

import dis
from functools import cache
from types import CodeType

_WRITES = (
    *("STORE_ATTR", "STORE_SUBSCR", "STORE_GLOBAL", "STORE_DEREF", "STORE_SLICE"),
    *("DELETE_ATTR", "DELETE_SUBSCR", "DELETE_GLOBAL"),
)
_CALLS = ("CALL", "CALL_FUNCTION_EX", "CALL_KW", "CALL_METHOD", "CALL_FUNCTION")
_CONTEXTS = ("BEFORE_WITH", "LOAD_SPECIAL", "SETUP_WITH")
_HARMLESS = frozenset(
    {"len", "str", "int", "float", "bool", "repr", "isinstance", "issubclass", "range"}
    | {"enumerate", "zip", "sorted", "min", "max", "sum", "tuple", "dict", "list"}
    | {"set", "frozenset", "print", "getattr", "hasattr", "type", "super", "abs"}
    | {"round", "ValueError", "KeyError", "RuntimeError", "TypeError", "LookupError"}
)


@cache
def switch_offsets(code: CodeType) -> frozenset[int]:
    """Return the offsets of the instructions that a switch may come before."""
    found = set()
    called = ""
    for each in dis.get_instructions(code):
        if each.opname.startswith("LOAD_GLOBAL"):
            called = str(each.argval)
        if each.opname in _WRITES or each.opname in _CONTEXTS:
            found.add(each.offset)
        elif each.opname in _CALLS:
            if called not in _HARMLESS:
                found.add(each.offset)
            called = ""
    return frozenset(found)
