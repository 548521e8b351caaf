"""Model files: data that names functions, and can do nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from prodwright.analysis.categories import BITS, ORIGINS, mask, origin_mask
from prodwright.analysis.models._table import Table
from prodwright.analysis.models._values import (
    Becomes,
    Entry,
    Given,
    Models,
    Sink,
    Validator,
)
from prodwright.core.errors import ConfigurationInvalid


@dataclass(slots=True)
class Gathered:
    """What has been read so far."""

    sources: dict[str, int] = field(default_factory=dict)
    sinks: dict[str, tuple[Sink, ...]] = field(default_factory=dict)
    sanitizers: dict[str, int] = field(default_factory=dict)
    validators: dict[str, Validator] = field(default_factory=dict)
    returns: dict[str, str] = field(default_factory=dict)
    clean: set[str] = field(default_factory=set)
    passes: set[str] = field(default_factory=set)
    caught: dict[str, int] = field(default_factory=dict)
    harmless: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    parameters: list[Given] = field(default_factory=list)
    attributes: list[Given] = field(default_factory=list)
    injected: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    route_paths: set[str] = field(default_factory=set)
    puts: set[str] = field(default_factory=set)
    fetches: dict[str, int] = field(default_factory=dict)
    becomes: dict[str, tuple[Becomes, ...]] = field(default_factory=dict)

    def models(self) -> Models:
        """Return them, fixed."""
        return Models(
            sources=self.sources,
            sinks=self.sinks,
            sanitizers=self.sanitizers,
            validators=self.validators,
            returns=self.returns,
            clean=frozenset(self.clean),
            passes=frozenset(self.passes),
            caught=self.caught,
            harmless=frozenset(self.harmless),
            secrets=frozenset(self.secrets),
            entries=tuple(self.entries),
            parameters=tuple(self.parameters),
            attributes=tuple(self.attributes),
            injected=frozenset(self.injected),
            aliases=self.aliases,
            route_paths=frozenset(self.route_paths),
            puts=frozenset(self.puts),
            fetches=self.fetches,
            becomes=self.becomes,
        )


def read_models(text: str, place: str, gathered: Gathered) -> tuple[str, ...]:
    """Add what a model file says to `gathered`.

    Args:
        text: Of the file, TOML.
        place: Its name, for messages.
        gathered: Where it goes.

    Returns:
        Names of the model files that it builds on.

    Raises:
        ConfigurationInvalid: It says something that no model file may say.
    """
    values = _parsed(text, place)
    also = Table({"names": values.get("also", [])}, place, ()).texts("names")
    for key, tables in values.items():
        if key == "also":
            continue
        if key not in _READERS:
            raise ConfigurationInvalid(
                f"{place}: [[{key}]] is unknown", hint=f"use {', '.join(_READERS)}"
            )
        if not isinstance(tables, list):
            raise ConfigurationInvalid(
                f"{place}: {key} is no list of tables",
                hint=f"begin each with [[{key}]]",
            )
        read, keys = _READERS[key]
        for number, table in enumerate(tables, start=1):
            read(Table(table, f"{place}: {key} {number}", keys), gathered)
    return also


@cache  # reviews of one process read the same few
def _parsed(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationInvalid(
            f"{place}: not valid TOML: {error}", hint="mend the file"
        ) from error


def _source(table: Table, gathered: Gathered) -> None:
    bits = origin_mask(table.choice("origin", ORIGINS, "input"))
    bits &= ~mask(table.choices("without", BITS))
    for name in table.names():
        gathered.sources[name] = gathered.sources.get(name, 0) | bits


def _caught(table: Table, gathered: Gathered) -> None:
    for name in table.names():
        gathered.caught[name] = origin_mask("exception")


def _sink(table: Table, gathered: Gathered) -> None:
    category = table.choice("category", BITS)
    positions, keywords = table.arguments("arguments", 0)
    sink = Sink(
        category=category,
        bit=BITS[category],
        positions=tuple(positions),
        keywords=tuple(each for each in keywords if each != "*"),
        all_arguments="*" in keywords,
        unless=table.texts("unless"),
        safe_with=table.texts("safe_with"),
        only_with=table.texts("only_with"),
        needs=table.constants("needs"),
        is_argv=table.flag("argv"),
    )
    for name in table.names():
        gathered.sinks[name] = (*gathered.sinks.get(name, ()), sink)


def _sanitizer(table: Table, gathered: Gathered) -> None:
    bits = _cleared(table)
    for name in table.names():
        gathered.sanitizers[name] = gathered.sanitizers.get(name, 0) | bits


def _cleared(table: Table) -> int:
    names = table.choices("clears", ("all", *BITS))
    if not names:
        hint = 'write clears = ["all"], or the names of categories'
        raise table.wrong("clears", "is missing", hint)
    return mask(names)


def _validator(table: Table, gathered: Gathered) -> None:
    positions, keywords = table.arguments("arguments", 0)
    raises = table.flag("raises")
    result = None if raises else table.flag("result", default=True)
    validator = Validator(
        cleared=_cleared(table),
        argument=positions[0] if positions else 0,
        keyword=next(iter(keywords), ""),
        result=result,
    )
    gathered.validators.update(dict.fromkeys(table.names(), validator))


def _returns(table: Table, gathered: Gathered) -> None:
    gathered.returns.update(dict.fromkeys(table.names(), table.dotted("type")))


def _clean(table: Table, gathered: Gathered) -> None:
    gathered.clean.update(table.names())


def _passes(table: Table, gathered: Gathered) -> None:
    gathered.passes.update(table.names())


def _harmless(table: Table, gathered: Gathered) -> None:
    gathered.harmless.update(table.names())


def _secret(table: Table, gathered: Gathered) -> None:
    gathered.secrets.update(each.lower() for each in table.names())


def _injected(table: Table, gathered: Gathered) -> None:
    gathered.injected.update(table.names())


def _route_path(table: Table, gathered: Gathered) -> None:
    gathered.route_paths.update(table.names())


def _put(table: Table, gathered: Gathered) -> None:
    gathered.puts.update(table.names())


def _fetch(table: Table, gathered: Gathered) -> None:
    gathered.fetches.update(dict.fromkeys(table.names(), table.count("keys")))


def _becomes(table: Table, gathered: Gathered) -> None:
    change = Becomes(type=table.dotted("type"), given=table.values("given"))
    for name in table.names():
        gathered.becomes[name] = (*gathered.becomes.get(name, ()), change)


def _alias(table: Table, gathered: Gathered) -> None:
    gathered.aliases.update(dict.fromkeys(table.names(), table.dotted("means")))


def _entry(table: Table, gathered: Gathered) -> None:
    gathered.entries.append(
        Entry(
            decorators=table.texts("decorators"),
            bases=table.texts("bases"),
            methods=table.texts("methods"),
            imports=table.texts("imports"),
            parameters=table.choice("parameters", ("all", "path", "none"), "none"),
            shows=table.flag("shows"),
        )
    )


def _parameter(table: Table, gathered: Gathered) -> None:
    kind, imports = table.dotted("type"), table.texts("imports")
    gathered.parameters.extend(
        Given(name=name, type=kind, imports=imports) for name in table.names()
    )


def _attribute(table: Table, gathered: Gathered) -> None:
    kind, bases = table.dotted("type"), table.texts("bases")
    gathered.attributes.extend(
        Given(name=name, type=kind, bases=bases) for name in table.names()
    )


_Reader = Callable[[Table, Gathered], None]
_READERS: Final[Mapping[str, tuple[_Reader, tuple[str, ...]]]] = {
    "source": (_source, ("origin", "without")),
    "caught": (_caught, ()),
    "sink": (
        _sink,
        ("category", "arguments", "unless", "safe_with", "only_with", "needs", "argv"),
    ),
    "sanitizer": (_sanitizer, ("clears",)),
    "validator": (_validator, ("clears", "arguments", "raises", "result")),
    "returns": (_returns, ("type",)),
    "clean": (_clean, ()),
    "passes": (_passes, ()),
    "harmless": (_harmless, ()),
    "secret": (_secret, ()),
    "injected": (_injected, ()),
    "route_path": (_route_path, ()),
    "put": (_put, ()),
    "fetch": (_fetch, ("keys",)),
    "becomes": (_becomes, ("type", "given")),
    "alias": (_alias, ("means",)),
    "entry": (
        _entry,
        ("decorators", "bases", "methods", "imports", "parameters", "shows"),
    ),
    "parameter": (_parameter, ("type", "imports")),
    "attribute": (_attribute, ("type", "bases")),
}
