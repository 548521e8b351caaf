"""The compact form of a file as bytes, for a cache that only the user can write.

`marshal` is fast because it trusts what it reads: bytes of which the origin is not
certain must never come here.
"""

from __future__ import annotations

import marshal
from typing import Any

from prodwright.analysis.ir import Class, Facts, Function, Module


def packed(module: Module) -> bytes:
    """Return `module` as bytes.

    Raises:
        ValueError: It is nested too deeply for that.
    """
    functions = tuple((*each[:-1], tuple(each.facts)) for each in module.functions)
    classes = tuple(map(tuple, module.classes))
    values: Any = (*module[:-2], functions, classes)
    return marshal.dumps(values)


def unpacked(content: bytes) -> Module:
    """Return the module that `packed` made `content` of.

    Args:
        content: Of this version of Python, from where nobody else can write.
    """
    values: Any = marshal.loads(content)  # noqa: S302 - only the user writes it
    *others, functions, classes = values
    made = [Function._make((*each[:-1], Facts._make(each[-1]))) for each in functions]
    return Module._make((*others, tuple(made), tuple(map(Class._make, classes))))
