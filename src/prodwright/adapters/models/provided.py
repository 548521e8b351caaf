"""Models of any provider, by pydantic-ai: Anthropic, OpenAI, Google, Bedrock, and
whatever speaks the OpenAI protocol at an address of the user's.

Answers are streamed, so that a stall is seen after the first silence and not at the
end. Retrying is ours (`patience`): the libraries' own would not know the limits.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prodwright.adapters.models import LanguageModel
from prodwright.adapters.models.patience import Patient
from prodwright.core.conversation import (
    Call,
    Message,
    Reply,
    Request,
    Results,
    Told,
    Usage,
)
from prodwright.core.errors import (
    ConfigurationInvalid,
    ContextOverflow,
    ProdwrightError,
    ProviderRefused,
    ProviderUnavailable,
    RunUnfit,
)
from prodwright.core.limits import MICRODOLLARS, Price
from prodwright.core.settings import ModelSettings

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
    from pydantic_ai.models import Model, ModelRequestParameters

_SILENCE_SECONDS = 120.0  # until the first event; models think for a minute or more
_MILLION = 1_000_000
_OLLAMA = "http://localhost:11434/v1"
_INSTALL = "pip install 'prodwright[model]'"


def provided_model(
    settings: ModelSettings, variables: Mapping[str, str]
) -> LanguageModel:
    """Return the model that `settings` name, with its fall-back.

    Raises:
        ConfigurationInvalid: The provider is unknown, or its key is missing.
    """
    os.environ.setdefault("PYDANTIC_AI_NO_BANNER", "1")
    first = ProvidedModel(settings=settings, variables=variables)
    if not settings.fallback:
        return Patient(models=(first,))
    # Another provider has another address, key and price.
    own = replace(
        settings,
        name=settings.fallback,
        base_url="",
        key_variable="",
        input_dollars=None,
        output_dollars=None,
    )
    return Patient(models=(first, ProvidedModel(settings=own, variables=variables)))


@dataclass(frozen=True, kw_only=True)
class ProvidedModel:
    """One model of one provider.

    Attributes:
        settings: Its name, and where it is.
        variables: Environment variables, for the key.

    Raises:
        ConfigurationInvalid: The provider is unknown, or its key is missing.
    """

    settings: ModelSettings
    variables: Mapping[str, str]

    def __post_init__(self) -> None:
        _ = self._model  # a missing key is told before anything begins

    @property
    def name(self) -> str:
        """Provider and name, as the user wrote them."""
        return self.settings.name

    @cached_property
    def price(self) -> Price | None:
        """As published, else as configured; None when it is not known.

        A repository can configure it: a price of nothing would lift the limit.
        """
        published = None if self.settings.base_url else _published_price(self.name)
        if published is not None:
            return published
        configured = (self.settings.input_dollars, self.settings.output_dollars)
        if None not in configured:
            read, written = (round((each or 0) * MICRODOLLARS) for each in configured)
            return Price(input_microdollars=read, output_microdollars=written)
        return None

    def answer(self, request: Request) -> Reply:
        """Return the model's answer; asked once.

        Raises:
            ProviderUnavailable: It does not answer now.
            ProviderRefused: It will not answer this.
            ContextOverflow: The conversation is too long for it.
        """
        try:
            return asyncio.run(
                asyncio.wait_for(self._answered(request), request.timeout_seconds)
            )
        except TimeoutError as error:  # the library's own limits hold for each part
            raise ProviderUnavailable(
                f"{self.name} did not answer in {request.timeout_seconds:.0f} s",
                hint="`prodwright runs resume` goes on where this ended",
            ) from error

    async def _answered(self, request: Request) -> Reply:
        from pydantic_ai.direct import model_request_stream
        from pydantic_ai.exceptions import AgentRunError, UserError
        from pydantic_ai.settings import ModelSettings as Settings

        settings = Settings(
            max_tokens=request.most_output_tokens,
            request_timeout=request.timeout_seconds,
            first_event_timeout=min(_SILENCE_SECONDS, request.timeout_seconds),
            max_retries=0,
        )
        model = _opened(self.settings, self.variables)  # a client belongs to one loop
        try:
            async with (
                model,
                model_request_stream(
                    model,
                    conversation(request),
                    model_settings=settings,
                    model_request_parameters=_parameters(request),
                ) as stream,
            ):
                async for _ in stream:
                    pass
                response = stream.get()
        except (AgentRunError, UserError) as error:
            raise failure(self.name, error) from error
        return self._reply(response)

    def _reply(self, response: ModelResponse) -> Reply:
        from pydantic_ai.messages import ModelMessagesTypeAdapter

        if response.finish_reason == "content_filter":
            raise ProviderRefused(
                f"{self.name} refuses to answer this",
                hint="say differently what is wanted, or name another model",
            )
        calls = tuple(
            Call(id=part.tool_call_id, name=part.tool_name, arguments=_arguments(part))
            for part in response.tool_calls
        )
        if not calls and not (response.text or "").strip():
            raise ProviderUnavailable(
                f"{self.name} gave an empty answer", hint="resume the run later"
            )
        return Reply(
            text=response.text or "",
            calls=calls,
            usage=self._usage(response),
            model=self.name,
            raw=ModelMessagesTypeAdapter.dump_json([response]).decode(),
        )

    def _usage(self, response: ModelResponse) -> Usage:
        used = response.usage
        read, written = used.input_tokens, used.output_tokens
        return Usage(
            requests=1,
            input_tokens=read,
            output_tokens=written,
            cached_tokens=used.cache_read_tokens,
            cost_microdollars=self.price.of(read, written) if self.price else None,
        )

    @cached_property
    def _model(self) -> Model:
        return _opened(self.settings, self.variables)


def conversation(request: Request) -> list[ModelMessage]:
    """Return the request's messages in the library's form."""
    from pydantic_ai.messages import ModelRequest

    messages = [each for message in request.messages for each in _message(message)]
    last = messages[-1]
    if isinstance(last, ModelRequest):
        last.instructions = request.instructions
    return messages


def _message(message: Message) -> list[ModelMessage]:
    from pydantic_ai.messages import (
        ModelRequest,
        ModelResponse,
        TextPart,
        ToolCallPart,
        ToolReturnPart,
        UserPromptPart,
    )

    match message:
        case Told():
            return [ModelRequest(parts=[UserPromptPart(message.text)])]
        case Results():
            parts = [
                ToolReturnPart(
                    each.name,
                    each.content,
                    each.id,
                    outcome="failed" if each.failed else "success",
                )
                for each in message.results
            ]
            return [ModelRequest(parts=parts)]
        case Reply():
            if message.raw:
                return _sent_back(message.raw)
            calls = [ToolCallPart(c.name, c.arguments, c.id) for c in message.calls]
            text = [TextPart(message.text)] if message.text else []
            return [ModelResponse(parts=[*text, *calls])]


def _sent_back(raw: str) -> list[ModelMessage]:
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    try:
        return list(ModelMessagesTypeAdapter.validate_json(raw))
    except ValueError as error:
        raise RunUnfit(
            "a remembered answer is damaged: it is not what a provider sends",
            hint="`prodwright runs undo` takes the run back",
        ) from error


def failure(name: str, error: Exception) -> ProdwrightError:
    """Return the error of our tree for one of the library's.

    What the provider wrote is left out: it may repeat the request, keys included.

    Args:
        name: Of the model.
        error: What was raised.
    """
    from pydantic_ai import exceptions as theirs

    kind = type(error).__name__
    if isinstance(error, theirs.ModelContextWindowExceededError):
        return ContextOverflow(f"{name}: the conversation is too long", hint="resume")
    if isinstance(error, theirs.ModelAuthenticationError):
        told = "refuses the key"
        return ProviderRefused(
            f"{name} {told}", hint="check the key in the environment"
        )
    if isinstance(error, theirs.ModelNotFoundError):
        return ProviderRefused(f"{name}: no such model", hint="name one that exists")
    if isinstance(error, theirs.ModelQuotaExceededError):
        return ProviderRefused(
            f"{name}: the quota is used up", hint="top it up, resume"
        )
    if isinstance(error, (theirs.ModelRequestRejectedError, theirs.UserError)):
        return ProviderRefused(
            f"{name} rejects the request ({kind})", hint="see doctor"
        )
    after = getattr(error, "retry_after", None)
    return ProviderUnavailable(
        f"{name} does not answer ({kind})",
        hint="`prodwright runs resume` goes on where this ended",
        retry_after_seconds=after if isinstance(after, int | float) else None,
    )


def _opened(settings: ModelSettings, variables: Mapping[str, str]) -> Model:
    try:
        import pydantic_ai
        from openai import OpenAIError
    except ImportError as error:
        raise ConfigurationInvalid(
            f"model {settings.name!r}: the model engineer is not installed",
            hint=_INSTALL,
        ) from error
    try:
        return _found(settings, variables)
    except (pydantic_ai.UserError, OpenAIError, ImportError) as error:
        told = str(error).partition(". ")[0]
        raise ConfigurationInvalid(
            f"model {settings.name!r} cannot be used: {told}",
            hint="set the provider's key in the environment, or check the name",
        ) from error


def _found(settings: ModelSettings, variables: Mapping[str, str]) -> Model:
    from pydantic_ai.models import infer_model
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    provider, _, name = settings.name.partition(":")
    base_url = settings.base_url
    if provider == "ollama" and not base_url:
        base_url = variables.get("OLLAMA_BASE_URL", _OLLAMA)
    if not base_url:
        return infer_model(settings.name)
    _check_address(base_url)
    return OpenAIChatModel(
        name,
        provider=OpenAICompatibleProvider(
            provider,
            base_url=base_url,
            # Only a key that was named for this address is sent to it.
            api_key=_key(settings.key_variable, variables),
        ),
    )


def _check_address(base_url: str) -> None:
    """Refuse what no request can be sent to, before anything begins."""
    try:
        parts = urlsplit(base_url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        good = good and parts.port != 0
    except ValueError:
        good = False
    if not good or not base_url.isprintable() or " " in base_url:
        raise ConfigurationInvalid(
            f"base URL {base_url!r} is no address of a service",
            hint="e.g. --base-url http://127.0.0.1:8000/v1",
        )


def _key(variable: str, variables: Mapping[str, str]) -> str:
    """Return the key; one that no header can hold is told by its variable's name."""
    if variable and not variables.get(variable):
        raise ConfigurationInvalid(
            f"{variable} holds no key",
            hint="set it, or name another variable with PRODWRIGHT_MODEL_KEY_VARIABLE",
        )
    key = variables.get(variable) or "none"
    if not (key.isascii() and key.isprintable()):
        raise ConfigurationInvalid(
            f"the key in {variable} holds a line break or what is no ASCII",
            hint="set it again, without what does not belong to it",
        )
    return key


def _parameters(request: Request) -> ModelRequestParameters:
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    tools = [
        ToolDefinition(
            name=spec.name,
            description=spec.description,
            parameters_json_schema=dict(spec.parameters),
        )
        for spec in request.tools
    ]
    return ModelRequestParameters(function_tools=tools, allow_text_output=True)


def _arguments(part: ToolCallPart) -> str:
    """Return them as they were written: what is no JSON is told to the model so."""
    return part.args if isinstance(part.args, str) else part.args_as_json_str()


def _published_price(name: str) -> Price | None:
    from genai_prices import Usage as Priced
    from genai_prices import calc_price

    provider, _, model = name.partition(":")
    try:
        read, written = (
            calc_price(used, model, provider_id=provider).total_price
            for used in (
                Priced(input_tokens=_MILLION, output_tokens=0),
                Priced(input_tokens=0, output_tokens=_MILLION),
            )
        )
    except LookupError:
        return None
    return Price(
        input_microdollars=round(read * MICRODOLLARS),
        output_microdollars=round(written * MICRODOLLARS),
    )
