"""What a name may stand for; tuples, because the data flow holds many of them.

    (FUNCTION, module key, index)        a function or method of the program
    (CLASS, module key, qualified name)  a class of the program
    (VARIABLE, module key, name)         assigned at the level of a module
    (EXTERNAL, dotted name)              anything else, also a module of the program

A *module key* is the dotted form of the file's path, so that no two files share one.
"""

from __future__ import annotations

from typing import Any, Final

Reference = tuple[Any, ...]

FUNCTION: Final = 0
CLASS: Final = 1
VARIABLE: Final = 2
EXTERNAL: Final = 3
