"""Models of a provider, against a server that speaks the OpenAI protocol and fails."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fakes.openai_server import Entry, Server
from prodwright.adapters.models.clients import key_variables
from prodwright.adapters.models.opening import open_model
from prodwright.adapters.models.provided import ProvidedModel
from prodwright.adapters.models.wire_form import conversation
from prodwright.core.conversation import (
    Call,
    CallResult,
    Reply,
    Request,
    Results,
    Told,
    ToolSpec,
)
from prodwright.core.errors import (
    ConfigurationInvalid,
    ContextOverflow,
    ProviderRefused,
    ProviderUnavailable,
    RunUnfit,
)
from prodwright.core.settings import ModelSettings

pytest.importorskip("pydantic_ai")
pytestmark = pytest.mark.slow
SPEC = ToolSpec(
    name="look_up",
    description="Look it up.",
    parameters={"type": "object", "properties": {"name": {"type": "string"}}},
)


def request_of(*messages: Told | Reply | Results, seconds: float = 20.0) -> Request:
    return Request(
        number=1,
        instructions="You are an engineer.",
        messages=messages or (Told(text="Begin."),),
        tools=(SPEC,),
        timeout_seconds=seconds,
    )


def model_at(server: Server, **more: object) -> ProvidedModel:
    settings = ModelSettings(name="local:fake-1", base_url=server.url, **more)  # type: ignore[arg-type]
    return ProvidedModel(settings=settings, variables={"MY_KEY": "key-0123456789"})


def failing(entry: Entry, seconds: float = 20.0) -> Exception:
    with Server([entry]) as server, pytest.raises(Exception) as caught:  # noqa: PT011
        model_at(server).answer(request_of(seconds=seconds))
    return caught.value


def test_an_answer_is_streamed_with_its_calls_and_what_it_used() -> None:
    calls = [{"name": "look_up", "arguments": {"name": "a"}}, {"name": "look_up"}]
    with Server([{"text": "Let me see.", "calls": calls}]) as server:
        reply = model_at(server).answer(request_of())

    assert reply.text == "Let me see."
    assert [each.name for each in reply.calls] == ["look_up", "look_up"]
    assert reply.calls[0].arguments == '{"name": "a"}'
    assert (reply.usage.requests, reply.usage.tokens) == (1, 120)
    assert reply.usage.cost_microdollars is None


def test_the_whole_conversation_is_sent_and_only_what_it_says() -> None:
    call = Call(id="c1", name="look_up", arguments='{"name": "a"}')
    result = CallResult(id="c1", name="look_up", content="It is this.", failed=True)
    said = (Told(text="Begin."), Reply(text="I look.", calls=(call,)))
    with Server([{"text": "Done."}]) as server:
        model_at(server).answer(request_of(*said, Results(results=(result,))))
        (body,) = server.play.asked

    roles = [each["role"] for each in body["messages"]]
    assert roles == ["system", "user", "assistant", "tool"]
    assert body["messages"][0]["content"] == "You are an engineer."
    assert body["messages"][3]["tool_call_id"] == "c1"
    assert body["tools"][0]["function"]["name"] == "look_up"


def test_an_answer_goes_back_in_the_form_it_came() -> None:
    with Server([{"text": "I look.", "calls": [{"name": "look_up"}]}]) as server:
        reply = model_at(server).answer(request_of())

    again = conversation(request_of(Told(text="Begin."), reply))

    assert again[1].parts[0].content == "I look."  # type: ignore[union-attr]


def test_a_key_is_sent_only_to_the_address_it_was_named_for() -> None:
    with Server([{"text": "a"}, {"text": "b"}]) as server:
        model_at(server).answer(request_of())
        model_at(server, key_variable="MY_KEY").answer(request_of())

    assert server.play.keys == ["Bearer none", "Bearer key-0123456789"]


def test_a_key_that_was_named_and_is_not_there_is_told() -> None:
    with (
        Server([{"text": "a"}]) as server,
        pytest.raises(ConfigurationInvalid, match="OTHER_KEY holds no key"),
    ):
        model_at(server, key_variable="OTHER_KEY")


def test_a_price_of_the_users_is_reckoned_with() -> None:
    with Server([{"text": "a", "input_tokens": 1_000, "output_tokens": 10}]) as server:
        model = model_at(server, input_dollars=2.0, output_dollars=10.0)
        reply = model.answer(request_of())

    assert reply.usage.cost_microdollars == 2_100


@pytest.mark.parametrize(
    "entry",
    [
        "rate-limited",
        "broken",
        "unavailable",
        "not-json",
        "cut",
        "malformed-event",
        "empty",
    ],
)
def test_what_may_pass_is_told_as_passing(entry: str) -> None:
    error = failing(entry)

    assert isinstance(error, ProviderUnavailable), repr(error)
    assert "should-not-be-repeated" not in f"{error} {error.hint}"


@pytest.mark.parametrize("entry", ["hang", "stall"])
def test_silence_is_ended(entry: str) -> None:
    assert isinstance(failing(entry, seconds=1.0), ProviderUnavailable)


@pytest.mark.parametrize("raw", ["{", "[5]", '[{"kind": "x"}]'])
def test_a_forged_answer_is_told_as_damage(raw: str) -> None:
    with pytest.raises(RunUnfit, match="damaged"):
        conversation(request_of(Told(text="Begin."), Reply(raw=raw)))


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai:gpt-5", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("google:gemini-2.5-pro", "GEMINI_API_KEY"),
        ("google:gemini-2.5-pro", "GOOGLE_API_KEY"),
        ("bedrock:amazon.nova-pro-v1:0", "AWS_SECRET_ACCESS_KEY"),
        ("bedrock:amazon.nova-pro-v1:0", "AWS_BEARER_TOKEN_BEDROCK"),
        ("groq:llama", "GROQ_API_KEY"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\x1b[2J", "\r\nX: y", "\u2028"])
def test_a_key_that_cannot_be_sent_is_told_by_its_variable_alone(
    name: str, variable: str, end: str
) -> None:
    variables = {variable: f"sk-secret-0123456789{end}"}

    with pytest.raises(ConfigurationInvalid, match=f"key in {variable}") as caught:
        open_model(ModelSettings(name=name), variables)

    assert "secret" not in f"{caught.value} {caught.value.hint}"


def test_only_the_providers_own_keys_are_looked_at() -> None:
    others = {
        "ANTHROPIC_API_KEY": "other\n",
        "OPENAI_BASE_URL": "x\n",
        "OPENAI_API_KEYBOARD": "x\n",
        "OPENAI_ADMIN_KEY": "",
        "OPENAI_API_KEY": "sk-0123456789",
    }

    assert key_variables("openai", others) == ("OPENAI_API_KEY",)


def test_an_answer_without_an_end_is_ended() -> None:
    error = failing("drip", seconds=1.0)

    assert isinstance(error, ProviderUnavailable)
    assert "did not answer in 1 s" in str(error)


def test_what_a_provider_asks_to_wait_is_known() -> None:
    error = failing("rate-limited-for-2")

    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after_seconds == 2


@pytest.mark.parametrize(
    "entry", ["unauthorized", "unknown-model", "bad-request", "quota", "refusal"]
)
def test_what_will_not_pass_is_told_as_refused(entry: str) -> None:
    assert isinstance(failing(entry), ProviderRefused)


def test_a_conversation_that_is_too_long_is_told_as_such() -> None:
    assert isinstance(failing("overflow"), ContextOverflow)


def test_calls_that_make_no_sense_arrive_as_they_were_written() -> None:
    nonsense: Sequence[Entry] = [
        {"calls": [{"name": "no_such_tool", "arguments": '{"name": '}]}
    ]
    with Server(nonsense) as server:
        reply = model_at(server).answer(request_of())

    assert reply.calls[0].name == "no_such_tool"
    assert reply.calls[0].arguments == '{"name": '


@pytest.mark.parametrize("name", ["gpt", ":x", "openai:", "nonsense:x"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="model"):
        open_model(ModelSettings(name=name), {})


@pytest.mark.parametrize(
    "name", ["anthropic:claude-sonnet-4-5", "google:gemini-2.5-pro", "openai:gpt-5"]
)
def test_a_provider_without_its_key_is_told_before_anything_begins(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)

    with pytest.raises(ConfigurationInvalid, match="cannot be used"):
        open_model(ModelSettings(name=name), {})


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("anthropic:claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("google:gemini-2.5-pro", "GOOGLE_API_KEY"),
        ("openai:gpt-5", "OPENAI_API_KEY"),
        ("bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0", "AWS_DEFAULT_REGION"),
        ("ollama:qwen3-coder", ""),
    ],
)
def test_each_provider_can_be_opened(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv(variable, "eu-central-1")

    model = open_model(ModelSettings(name=name), {})

    assert model.name == name


def test_published_prices_are_known() -> None:
    settings = ModelSettings(name="anthropic:claude-sonnet-4-5")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ANTHROPIC_API_KEY", "x")
        price = open_model(settings, {}).price

    assert price is not None
    assert price.output_microdollars > price.input_microdollars > 0


def test_a_published_price_cannot_be_configured_away() -> None:
    name = "anthropic:claude-sonnet-4-5"
    free = ModelSettings(name=name, input_dollars=0, output_dollars=0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ANTHROPIC_API_KEY", "x")
        price = open_model(free, {}).price

    assert price is not None
    assert price.output_microdollars > 0


@pytest.mark.parametrize(
    "address",
    [
        "foo",
        "ftp://x/y",
        "http://",
        "http://[::1",
        "http://a b/",
        "http://x\n/v1",
        "http://127.0.0.1:99999/v1",
    ],
)
def test_an_address_that_is_none_is_told_before_anything_begins(address: str) -> None:
    settings = ModelSettings(name="local:x", base_url=address)

    with pytest.raises(ConfigurationInvalid, match="is no address"):
        open_model(settings, {})


def test_a_key_with_a_line_break_is_told_by_the_name_of_its_variable() -> None:
    settings = ModelSettings(
        name="local:x", base_url="http://127.0.0.1:1/v1", key_variable="MY_KEY"
    )

    with pytest.raises(ConfigurationInvalid, match="MY_KEY") as caught:
        open_model(settings, {"MY_KEY": "sk-secret\nmore"})

    assert "secret" not in str(caught.value)


def test_an_empty_key_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")

    with pytest.raises(ConfigurationInvalid, match="cannot be used"):
        open_model(ModelSettings(name="openai:gpt-5"), {})
