"""What an engineer and a language model say to each other, whoever provides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one request, or several, used.

    Attributes:
        requests: How many were answered.
        input_tokens: Read by the model, cached ones included.
        output_tokens: Written by it.
        cached_tokens: Of the input: read from the provider's cache.
        cost_microdollars: In millionths of a US dollar; None when the price of
            the model is not known.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_microdollars: int | None = 0

    def __post_init__(self) -> None:
        counts = (self.requests, self.input_tokens, self.output_tokens)
        if min(*counts, self.cached_tokens, self.cost_microdollars or 0) < 0:
            raise ValueError("usage below nothing")  # it may come from a forged file

    @property
    def known(self) -> Usage:
        """The same with nothing in place of an unknown cost, to hold limits to."""
        return replace(self, cost_microdollars=self.cost_microdollars or 0)

    @property
    def tokens(self) -> int:
        """All tokens, read and written."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        """Return the sum; its cost is unknown when either is."""
        costs = (self.cost_microdollars, other.cost_microdollars)
        known = [cost for cost in costs if cost is not None]
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_microdollars=sum(known) if len(known) == len(costs) else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as the model is told of it.

    Attributes:
        name: Lower case with underscores.
        description: What it does and when to use it.
        parameters: JSON Schema of its arguments.
    """

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool call that the model asks for.

    Attributes:
        id: The provider's, to match the result.
        name: Of the tool; it may not exist.
        arguments: JSON as the model wrote it; it may be malformed.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What came of a tool call.

    Attributes:
        id: Of the call.
        name: Of the tool.
        content: What the model is told.
        failed: Whether the call could not be carried out.
    """

    id: str
    name: str
    content: str
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the model is told."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of all calls of the reply before."""

    results: tuple[CallResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model answered.

    Attributes:
        text: What it says besides its calls.
        calls: Tools it wants to be called, in order.
        usage: Of this request.
        model: Name of the model that answered.
        raw: The provider's own form as JSON, for sending it back unchanged
            (signed thinking is lost otherwise); empty without one.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    raw: str = ""


Message = Told | Results | Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to a model.

    Attributes:
        number: Counts the requests of a run, from 1 on; a repeated one keeps it.
        instructions: Who the model is and by which rules it works.
        messages: The conversation so far.
        tools: What it may call.
        most_output_tokens: Upper limit of its answer.
        timeout_seconds: For the whole answer.
    """

    number: int
    instructions: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    most_output_tokens: int = 16_000
    timeout_seconds: float = 600.0
