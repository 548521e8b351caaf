"""Opens the client of a provider, or of a service at an address of the user's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.settings import ModelSettings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

_OLLAMA = "http://localhost:11434/v1"
# How the variables of a provider begin, where it is not with its name.
_FAMILIES = {
    "AZURE": ("AZURE_OPENAI",),
    "BEDROCK": ("AWS",),
    "COHERE": ("CO",),
    "GOOGLE": ("GEMINI", "GOOGLE"),
    "HUGGINGFACE": ("HF",),
}
_KEY = re.compile(r"_(KEY|TOKEN)(_|$)")
_INSTALL = "pip install 'prodwright[model]'"


def open_client(settings: ModelSettings, variables: Mapping[str, str]) -> Model:
    """Return the library's model for what `settings` name.

    Raises:
        ConfigurationInvalid: The provider is unknown, its key is missing, or the
            library is not installed.
    """
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
        for variable in key_variables(provider, variables):
            _key(variable, variables)
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


def key_variables(provider: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that are set and from which the library takes a key.

    Args:
        provider: As in the model's name, e.g. `openai` or `google-vertex`.
        variables: Environment variables.
    """
    family = provider.partition("-")[0].upper()
    begins = tuple(f"{name}_" for name in _FAMILIES.get(family, (family,)))
    return tuple(
        name
        for name, value in variables.items()
        if value and name.startswith(begins) and _KEY.search(name)
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
