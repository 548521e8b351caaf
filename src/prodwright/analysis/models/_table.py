"""One table of a model file, read with care: the file may be anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from prodwright.core.errors import ConfigurationInvalid

# `a.b`, `a.B().c`, `a.b()`, `*.c`, and `os.environ[]` for what is looked up in it.
_NAME = re.compile(r"(\*\.)?[^\W\d]\w*((\(\)|\[\])*\.[^\W\d]\w*)*(\(\)|\[\])*(\.\*)?")
_LONGEST_NAME = 200  # characters
_MOST_NAMES = 10_000  # of one table


class Table:
    """One table, and where it stands.

    Args:
        values: As parsed.
        place: Of the table, for messages: `shop.toml: sink 3`.
        keys: Those that it may have.

    Raises:
        ConfigurationInvalid: It is no table, or has another key.
    """

    def __init__(self, values: object, place: str, keys: Iterable[str]) -> None:
        if not isinstance(values, dict):
            raise ConfigurationInvalid(
                f"{place}: {values!r} is no table", hint="begin it with [[...]]"
            )
        self._values: dict[str, Any] = values
        self.place = place
        known = ("of", "names", *keys)
        for key in values:
            if key not in known:
                from difflib import get_close_matches  # only on the way out

                near = get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}"
                raise self.wrong(key, "is unknown", hint)

    def wrong(self, key: str, what: str, hint: str) -> ConfigurationInvalid:
        """Return the error that says what is wrong with `key`."""
        return ConfigurationInvalid(f"{self.place}: {key} {what}", hint=hint)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when it is absent."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or len(value) > _MOST_NAMES:
            raise self.wrong(key, f"= {value!r} is no list of texts", 'write ["..."]')
        for each in value:
            if not isinstance(each, str):
                raise self.wrong(key, f"holds {each!r}, no text", "put it in quotes")
        return tuple(value)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, f"= {value!r} is no text", "put it in quotes")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str = "") -> str:
        """Return one of `choices`."""
        value = self.text(key, default)
        self._check(key, [value], choices)
        return value

    def choices(self, key: str, choices: Iterable[str]) -> tuple[str, ...]:
        """Return a list of some of `choices`; empty when it is absent."""
        values = self.texts(key)
        self._check(key, values, choices)
        return values

    def _check(self, key: str, values: Iterable[str], choices: Iterable[str]) -> None:
        known = list(choices)
        for value in values:
            if value not in known:
                from difflib import get_close_matches  # only on the way out

                near = get_close_matches(value, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}"
                raise self.wrong(key, f"= {value!r} is unknown", hint)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"= {value!r}", "write true or false")
        return value

    def constants(self, key: str) -> tuple[tuple[str, object], ...]:
        """Return a table of constants."""
        value = self._values.get(key, {})
        plain = isinstance(value, dict) and all(
            isinstance(each, str | int | float | bool) for each in value.values()
        )
        if not plain:
            raise self.wrong(key, f"= {value!r}", "write { keyword = true }")
        return tuple(value.items())

    def count(self, key: str) -> int:
        """Return a number of arguments, 1 to 9."""
        value = self._values.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10:
            raise self.wrong(key, f"= {value!r}", "write a number from 1 to 9")
        return value

    def values(self, key: str) -> tuple[object, ...]:
        """Return a list of texts and truth values."""
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"= {value!r} is no list", 'write ["a.b", true]')
        for each in value:
            if not isinstance(each, str | bool):
                raise self.wrong(key, f"holds {each!r}", "write texts, true or false")
        return tuple(value)

    def arguments(self, key: str, default: int) -> tuple[list[int], list[str]]:
        """Return positions and keywords; `self` is position -1."""
        value = self._values.get(key, [default])
        if not isinstance(value, list):
            raise self.wrong(key, f"= {value!r} is no list", 'write [0, "url"]')
        positions: list[int] = []
        keywords: list[str] = []
        for each in value:
            if each == "self":
                positions.append(-1)
            elif isinstance(each, str):
                keywords.append(each)
            elif isinstance(each, int) and not isinstance(each, bool) and each >= 0:
                positions.append(each)
            else:
                hint = 'write positions from 0, names of keywords, "self" or "*"'
                raise self.wrong(key, f"holds {each!r}", hint)
        return positions, keywords

    def dotted(self, key: str) -> str:
        """Return one dotted name."""
        return self._named(key, self.text(key))

    def names(self) -> tuple[str, ...]:
        """Return the dotted names that the table is about, at least one."""
        prefix = self.text("of")
        names = self.texts("names")
        if not names:
            raise self.wrong(
                "names", "is missing", 'write names = ["package.function"]'
            )
        full = (f"{prefix}.{each}" if prefix else each for each in names)
        return tuple(self._named("names", each) for each in full)

    def _named(self, key: str, name: str) -> str:
        if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            hint = "write it like package.module.function or package.Class().method"
            raise self.wrong(key, f"holds {name[:60]!r}, no dotted name", hint)
        return name
