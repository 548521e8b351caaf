"""Models and memories that play a part in tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prodwright.core.conversation import Call, CallResult, Reply, Request, Usage
from prodwright.core.errors import ProviderRefused
from prodwright.core.limits import Price
from prodwright.engineer.model.session import Done
from prodwright.engineer.phases.memory import ResultT


def calling(name: str, **arguments: Any) -> Reply:
    """Return a reply that calls one tool."""
    return saying("", (name, arguments))


def saying(text: str, *calls: tuple[str, dict[str, Any] | str]) -> Reply:
    """Return a reply with text and calls; arguments given as text are sent so."""
    made = tuple(
        Call(
            id=f"call-{number}",
            name=name,
            arguments=told if isinstance(told, str) else json.dumps(told),
        )
        for number, (name, told) in enumerate(calls)
    )
    usage = Usage(requests=1, input_tokens=100, output_tokens=10, cost_microdollars=0)
    return Reply(text=text, calls=made, usage=usage, model="played:part")


@dataclass
class Playing:
    """Answers request number N with reply number N, and remembers what it was told."""

    replies: Sequence[Reply | Exception]
    name: str = "played:part"
    price: Price | None = None
    requests: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.number > len(self.replies):
            raise ProviderRefused("the part is over", hint="")
        reply = self.replies[request.number - 1]
        if isinstance(reply, Exception):
            self.replies = [*self.replies]
            self.replies[request.number - 1] = calling("finish", summary="after all")
            raise reply
        return reply


@dataclass
class Remembering:
    """A memory that lasts as long as the test, and may be handed on."""

    known: dict[str, object] = field(default_factory=dict)

    def once(
        self, name: str, kind: type[ResultT], work: Callable[[], ResultT]
    ) -> ResultT:
        if name not in self.known:
            self.known[name] = work()
        result = self.known[name]
        assert isinstance(result, kind)
        return result

    def has(self, name: str) -> bool:
        return name in self.known


@dataclass
class Acting:
    """Carries every call out by saying so; `write_file` makes a new tree."""

    told: str = "done"
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call, tree: str) -> Done:
        self.calls.append(call)
        after = f"{tree}+" if call.name == "write_file" else tree
        result = CallResult(id=call.id, name=call.name, content=self.told)
        return Done(result=result, tree=after)
