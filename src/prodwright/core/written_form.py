"""Texts that have a form of their own, and that may be read back from a forged file.

A form is held to where a result is read from a run's folder: the reader asks the
annotation for it. Nothing is checked where the program itself makes the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Form:
    """What a text must look like when it is read back.

    Attributes:
        pattern: Regular expression for all of it.
    """

    pattern: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: Callable[[object], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the reader's own rule for a text, and that it has this form."""
        return {**handler(source), "pattern": f"^(?:{self.pattern})$"}


_DIGEST = "[0-9a-f]{40}|[0-9a-f]{64}"  # SHA-1 and SHA-256, gitformat-index(5)
ObjectId = Annotated[str, Form(_DIGEST)]
ObjectIdOrNone = Annotated[str, Form(f"|{_DIGEST}")]
BranchOrNone = Annotated[str, Form("|prodwright/[0-9a-z-]+")]
