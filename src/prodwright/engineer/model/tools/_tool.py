"""What a tool is, and how the tools are found."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from prodwright.core.conversation import Call, ToolSpec
from prodwright.core.errors import InputError
from prodwright.engineer.phases.workplace import Workplace

MOST_CHARACTERS = 30_000  # of one result; about 8,000 tokens


class Arguments(BaseModel):
    """Base of every tool's arguments; their docstring tells the model of the tool."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something the model may call.

    Attributes:
        arguments: What it takes; the docstring says what it does and when.
        run: Does it and returns what the model is told.
        changes: Whether files may differ afterwards.
        ends: Whether it ends the phase.
        name: Filled in from the file's name.
    """

    arguments: type[Arguments]
    run: Callable[[Workplace, Any], str]
    changes: bool = False
    ends: bool = False
    name: str = ""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told of it."""
        schema = self.arguments.model_json_schema()
        schema.pop("description", None)
        schema.pop("title", None)
        description = getdoc(self.arguments) or ""
        return ToolSpec(name=self.name, description=description, parameters=schema)

    def parsed(self, call: Call) -> Arguments:
        """Return the arguments of `call`.

        Raises:
            InputError: They are not JSON, or not what the tool takes.
        """
        try:
            values = json.loads(call.arguments or "{}")
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"the arguments of {self.name} are not JSON: {error}",
                hint="send one JSON object",
            ) from error
        try:
            return self.arguments.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the arguments"
            raise InputError(
                f"{self.name}: {place}: {first['msg'].lower()}",
                hint=f"it takes {', '.join(self.arguments.model_fields) or 'nothing'}",
            ) from error


@cache
def load_tools() -> dict[str, Tool]:
    """Return every tool by name, in alphabetical order."""
    package = import_module(__package__ or "")
    names = sorted(
        info.name
        for info in pkgutil.iter_modules(package.__path__)
        if not info.name.startswith("_")
    )
    return {name: _named(name) for name in names}


def bounded(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return `text`, with its middle left out when it is longer than `most`."""
    if len(text) <= most:
        return text
    half = most // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[... {left_out:,} characters left out ...]\n{text[-half:]}"


def _named(name: str) -> Tool:
    from dataclasses import replace

    module = import_module(f"{__package__}.{name}")
    tool: Tool = module.TOOL
    return replace(tool, name=name)
