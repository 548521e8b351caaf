"""Opens the model that the user named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prodwright.adapters.models import LanguageModel
from prodwright.adapters.models.scripted import scripted_model
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.settings import ModelSettings

SCRIPTED = "scripted"


def open_model(settings: ModelSettings, variables: Mapping[str, str]) -> LanguageModel:
    """Return the model that `settings` name, patient and with its fall-back.

    Args:
        settings: Which one, and where.
        variables: Environment variables; keys are taken from nowhere else.

    Raises:
        ConfigurationInvalid: The name is no `provider:name`, or a key is missing.
    """
    provider, colon, name = settings.name.partition(":")
    if not colon or not provider or not name:
        raise ConfigurationInvalid(
            f"model {settings.name!r} is no `provider:name`",
            hint="e.g. --model anthropic:claude-sonnet-4-5 or ollama:qwen3-coder",
        )
    if provider == SCRIPTED:
        return scripted_model(settings.name, Path(name))
    from prodwright.adapters.models.provided import provided_model

    return provided_model(settings, variables)
