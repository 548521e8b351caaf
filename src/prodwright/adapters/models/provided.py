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

from prodwright.adapters.models import LanguageModel
from prodwright.adapters.models.clients import open_client
from prodwright.adapters.models.failures import failure
from prodwright.adapters.models.patience import Patient
from prodwright.adapters.models.published_prices import published_price
from prodwright.adapters.models.wire_form import arguments, conversation, parameters
from prodwright.core.conversation import (
    Call,
    Reply,
    Request,
    Usage,
)
from prodwright.core.errors import (
    ProviderRefused,
    ProviderUnavailable,
)
from prodwright.core.limits import MICRODOLLARS, Price
from prodwright.core.settings import ModelSettings

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models import Model

_SILENCE_SECONDS = 120.0  # until the first event; models think for a minute or more


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
        published = None if self.settings.base_url else published_price(self.name)
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
        model = open_client(
            self.settings, self.variables
        )  # a client belongs to one loop
        try:
            async with (
                model,
                model_request_stream(
                    model,
                    conversation(request),
                    model_settings=settings,
                    model_request_parameters=parameters(request),
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
            Call(id=part.tool_call_id, name=part.tool_name, arguments=arguments(part))
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
        return open_client(self.settings, self.variables)
