"""Spans for what takes time or money: model calls, tools, stages of the gate.

Nothing is imported or sent unless the user points OpenTelemetry somewhere with its own
variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_EXPORTER`). No span holds what
was said, read or written: names, counts and durations only. Names follow the semantic
conventions of OpenTelemetry for generative AI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from prodwright.adapters.models import LanguageModel
from prodwright.core.conversation import Reply, Request
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.limits import Price

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Attributes = Mapping[str, str | int | float | bool]
_SWITCHES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_TRACES_EXPORTER",
)


@dataclass(frozen=True, slots=True)
class Spans:
    """Opens spans; without a tracer it does nothing.

    Attributes:
        tracer: OpenTelemetry's; None when nobody wants to know.
        close: Sends what was not sent yet.
    """

    tracer: Tracer | None = None
    close: Callable[[], object] = lambda: None

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[Callable[..., None]]:
        """Open a span around a block; the value takes further attributes.

        An error that leaves the block is recorded by its class, without its message.
        """
        if self.tracer is None:
            yield lambda **more: None
            return
        with (
            self.tracer.start_as_current_span(
                name,
                attributes=dict(attributes),
                record_exception=False,
                set_status_on_exception=False,  # it would hold the message
            ) as span,
            ExitStack() as leaving,
        ):
            leaving.push(partial(_record, span))
            yield lambda **more: span.set_attributes(more)


def _record(
    span: Span,
    kind: type[BaseException] | None,
    _error: BaseException | None,
    _trace: TracebackType | None,
) -> None:
    """Tell by its class what leaves the block; it goes on its way."""
    from opentelemetry.trace import StatusCode

    if kind is not None and issubclass(kind, Exception):
        span.set_attribute("error.type", kind.__name__)
        span.set_status(StatusCode.ERROR)


def open_spans(variables: Mapping[str, str]) -> Spans:
    """Return what sends spans where the user's variables say.

    Raises:
        ConfigurationInvalid: They say so, and OpenTelemetry is not installed.
    """
    chosen = [name for name in _SWITCHES if variables.get(name, "none") != "none"]
    if not chosen or variables.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Spans()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ConfigurationInvalid(
            f"{chosen[0]} is set and OpenTelemetry is not installed",
            hint="pip install 'prodwright[telemetry]', or unset it",
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "prodwright"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(tracer=provider.get_tracer("prodwright"), close=provider.shutdown)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedModel:
    """A model whose requests are spans.

    Attributes:
        model: Who answers.
        spans: Where they go.
    """

    model: LanguageModel
    spans: Spans

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.model.name

    @property
    def price(self) -> Price | None:
        """Price of the model."""
        return self.model.price

    def answer(self, request: Request) -> Reply:
        """Return the model's answer; what was said stays out of the span."""
        provider, _, name = self.name.partition(":")
        attributes: dict[str, str | int] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": name,
            "gen_ai.request.max_tokens": request.most_output_tokens,
            "prodwright.request": request.number,
        }
        with self.spans.span(f"chat {name}", attributes) as tell:
            reply = self.model.answer(request)
            used = {
                "gen_ai.usage.input_tokens": reply.usage.input_tokens,
                "gen_ai.usage.output_tokens": reply.usage.output_tokens,
                "prodwright.calls": len(reply.calls),
            }
            if reply.usage.cost_microdollars is not None:
                used["prodwright.cost_microdollars"] = reply.usage.cost_microdollars
            tell(**used)
        return reply
