"""A model that plays a conversation from a file: for tests, demonstrations and drills.

It never reads what it is asked. `scripted:PATH` names a JSON file: a list of replies,
each with `text` and `calls`, a call being `{"name": ..., "arguments": {...}}`. The
report names it as the author, so that nothing it wrote passes for a model's work.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.files import storage_errors
from prodwright.core.conversation import Call, Reply, Request, Usage
from prodwright.core.errors import ConfigurationInvalid, ProviderRefused
from prodwright.core.limits import Price

_TOKENS_OF_A_REPLY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedModel:
    """Answers request number N with reply number N.

    Attributes:
        name: As the user wrote it.
        replies: In order.
        price: What it pretends to cost.
    """

    name: str
    replies: Sequence[Reply]
    price: Price | None = None

    def answer(self, request: Request) -> Reply:
        """Return the reply with the request's number.

        Raises:
            ProviderRefused: The script is at its end.
        """
        if request.number > len(self.replies):
            raise ProviderRefused(
                f"{self.name} has {len(self.replies)} replies and is asked for more",
                hint="add replies to the script",
            )
        return self.replies[request.number - 1]


def scripted_model(name: str, file: Path) -> ScriptedModel:
    """Return the model that plays `file`.

    Raises:
        ConfigurationInvalid: The file is not such a script.
        PathRefused: It is not there.
    """
    with storage_errors(file):
        content = file.read_bytes()
    try:
        replies = [
            _reply(name, entry, n) for n, entry in enumerate(json.loads(content))
        ]
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:
        raise ConfigurationInvalid(
            f"{file} is no script: {error!r}",
            hint='write [{"text": "", "calls": [{"name": "", "arguments": {}}]}]',
        ) from error
    return ScriptedModel(name=name, replies=replies)


def _reply(name: str, entry: dict[str, Any], number: int) -> Reply:
    calls = tuple(
        Call(
            id=f"call-{number}-{position}",
            name=str(call["name"]),
            arguments=_json(call.get("arguments", {})),
        )
        for position, call in enumerate(entry.get("calls", []))
    )
    usage = Usage(
        requests=1,
        input_tokens=_count(entry, "input_tokens", _TOKENS_OF_A_REPLY),
        output_tokens=_count(entry, "output_tokens", _TOKENS_OF_A_REPLY),
        cost_microdollars=_count(entry, "cost_microdollars", 0),
    )
    text = entry.get("text", "")
    if not isinstance(text, str):
        raise TypeError(f"text = {text!r} is no text")
    return Reply(text=text, calls=calls, usage=usage, model=name)


def _count(entry: dict[str, Any], key: str, default: int) -> int:
    value = entry.get(key, default)
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{key} = {value!r} is no whole number from 0 on")
    return value


def _json(arguments: object) -> str:
    """A script may hold malformed arguments, as text, to see what becomes of them."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
