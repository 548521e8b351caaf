"""Reads `prodwright.toml` or `[tool.prodwright]`, and `PRODWRIGHT_*` variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prodwright.core.errors import ConfigurationInvalid, UnknownName
from prodwright.core.settings import Settings

PREFIX = "PRODWRIGHT_"
# Where and by whom, not how.
_NOT_SETTINGS = frozenset(
    {
        "PRODWRIGHT_AGENT",  # what an agent may reach is no setting of a repository
        "PRODWRIGHT_AGENT_FOLDERS",
        "PRODWRIGHT_AGENT_HOME",
        "PRODWRIGHT_AGENT_HOSTS",
        "PRODWRIGHT_AGENT_VARIABLES",
        "PRODWRIGHT_ADVISORIES",
        "PRODWRIGHT_CACHE_DIR",
        "PRODWRIGHT_MCP_TOKEN",
    }
)
_LISTS = frozenset({"only", "skip", "exclude", "models"})
_MODEL = "PRODWRIGHT_MODEL"
# What a repository may lower and not raise: its owner does not pay.
_CAPPED = ("requests", "tokens", "cost_dollars", "wall_seconds")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def read_settings(start: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings that hold in `start`.

    Args:
        start: Folder from which to look upward, to the repository's root.
        environment: Environment variables; they win over the file.

    Raises:
        ConfigurationInvalid: A value is wrong, or the file is not TOML.
        UnknownName: A key is not one of ours.
    """
    file, table = _nearest_table(start)
    own = _from_environment(environment)
    model = _model_table(table.get("model", {}), own.pop("model", {}), str(file))
    values = {**table, **own, **({"model": model} if model else {})}
    return _validated(values, str(file or "environment")) if values else Settings()


def _nearest_table(start: Path) -> tuple[Path | None, dict[str, Any]]:
    for folder in (start, *start.parents):
        own = folder / "prodwright.toml"
        if own.is_file():
            return own, _parsed(own)
        shared = folder / "pyproject.toml"
        table = _tool_table(shared) if shared.is_file() else None
        if table is not None:
            return shared, table
        if (folder / ".git").exists():
            break
    return None, {}


def _tool_table(file: Path) -> dict[str, Any] | None:
    tools = _parsed(file).get("tool")
    table = tools.get("prodwright") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigurationInvalid(
            f"{file}: tool.prodwright = {table!r} is no table",
            hint="write [tool.prodwright] and keys below it",
        )
    return table


def _parsed(file: Path) -> dict[str, Any]:
    import tomllib  # only where something is configured

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:  # endless numbers and nesting
        raise ConfigurationInvalid(
            f"{file}: not valid TOML: {error}", hint="mend the file"
        ) from error
    except OSError as error:
        raise ConfigurationInvalid(
            f"{file}: {error.strerror}", hint="make the file readable"
        ) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    ours = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS and value
    }
    model = {
        key.removeprefix("model").removeprefix("_") or "name": ours.pop(key)
        for key in list(ours)
        if key == "model" or key.startswith("model_")
    }
    lists = {
        key: [part.strip() for part in value.split(",") if part.strip()]
        if key in _LISTS
        else value
        for key, value in ours.items()
    }
    return {**lists, **({"model": model} if model else {})}


def _model_table(shared: object, own: dict[str, Any], file: str) -> dict[str, Any]:
    """Join what the repository says of the model with what the user says.

    A repository is hostile: it may not choose where a key is sent, nor which variable
    is taken for one, nor let the user pay more than they would by default.

    Raises:
        ConfigurationInvalid: It tries to.
    """
    if not isinstance(shared, dict):
        raise ConfigurationInvalid(
            f"{file}: model = {shared!r} is no table",
            hint="write [tool.prodwright.model] and keys below it",
        )
    elsewhere = "base_url" in shared and not is_here(str(shared["base_url"]))
    for key in ("key_variable", *(["base_url"] if elsewhere else [])):
        if key in shared and key not in own:
            raise ConfigurationInvalid(
                f"{file}: model.{key} = {shared[key]!r}: a repository may not decide "
                "where a key is sent",
                hint=f"set {_MODEL}_{key.upper()} in your environment instead",
            )
    lowered = {key: _lower(key, shared[key]) for key in _CAPPED if key in shared}
    return {**shared, **lowered, **own}


def is_here(address: str) -> bool:
    """Tell whether a service's address is one of this machine's own."""
    from urllib.parse import urlsplit  # 3 ms, and few name an address

    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:  # no address, so none of this machine
        return False


def _lower(key: str, value: object) -> object:
    from prodwright.adapters.settings_table import ModelTable

    most = ModelTable.model_fields[key].default
    return min(value, most) if isinstance(value, int | float) else value


def _validated(values: dict[str, Any], origin: str) -> Settings:
    from pydantic import ValidationError  # 40 ms, and only when something is set

    from prodwright.adapters.settings_table import SettingsTable

    known = tuple(SettingsTable.model_fields)
    for key in values:
        if key not in known:
            raise UnknownName(f"setting ({origin})", key, known=known)
    try:
        return SettingsTable.model_validate(values).settings()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigurationInvalid(
            f"{origin}: {key} = {first['input']!r}: {first['msg'].lower()}",
            hint=f"give {key} a value like that, or leave it out",
        ) from error
