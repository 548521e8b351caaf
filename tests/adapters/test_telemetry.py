"""Spans: what takes time and money, and nothing of what was said."""

from __future__ import annotations

import pytest

from fakes.models import Playing, calling
from prodwright.adapters.telemetry import Spans, TracedModel, open_spans
from prodwright.core.conversation import Request, Told
from prodwright.core.errors import ProviderRefused

export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
REQUEST = Request(
    number=1, instructions="secret-persona", messages=(Told(text="secret-code"),)
)


@pytest.fixture
def seen() -> tuple[Spans, object]:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    exporter = export.InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Spans(tracer=provider.get_tracer("test")), exporter


def test_a_request_is_a_span_with_its_usage_and_without_its_content(seen) -> None:  # type: ignore[no-untyped-def]
    spans, exporter = seen
    model = TracedModel(
        model=Playing([calling("finish", summary="secret-answer")]), spans=spans
    )

    model.answer(REQUEST)

    (span,) = exporter.get_finished_spans()
    assert span.name == "chat part"
    assert span.attributes["gen_ai.usage.input_tokens"] == 100
    assert span.attributes["prodwright.calls"] == 1
    assert "secret" not in span.to_json()


def test_an_error_is_named_without_its_message(seen) -> None:  # type: ignore[no-untyped-def]
    spans, exporter = seen
    refusal = ProviderRefused("secret-message", hint="")

    with pytest.raises(ProviderRefused):
        TracedModel(model=Playing([refusal]), spans=spans).answer(REQUEST)

    (span,) = exporter.get_finished_spans()
    assert span.attributes["error.type"] == "ProviderRefused"
    assert "secret" not in span.to_json()


def test_nothing_is_opened_unless_the_user_says_where() -> None:
    assert open_spans({}).tracer is None
    assert open_spans({"OTEL_TRACES_EXPORTER": "none"}).tracer is None
    disabled = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}
    assert open_spans(disabled).tracer is None


def test_without_a_tracer_the_work_is_done_all_the_same() -> None:
    model = TracedModel(model=Playing([calling("finish", summary="x")]), spans=Spans())

    assert model.answer(REQUEST).calls[0].name == "finish"


def test_where_the_user_says_spans_are_opened_and_closed() -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

    spans = open_spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})

    assert spans.tracer is not None
    spans.close()
