"""Puts our part into files that others own, and leaves the rest as it is.

Each function takes the text that is there, empty for none, and returns the text that
should be. What is there already stays: a second time changes nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from typing import Any, NoReturn

from prodwright.core.errors import ConfigurationInvalid

BEGIN = "<!-- prodwright:begin -->"
END = "<!-- prodwright:end -->"
_REPOS = re.compile(r"^repos:[ \t]*(#.*)?$")
_ITEM = re.compile(r"^( *)- ")


def with_entry(present: str, shown: str, *, keys: Sequence[str], value: Any) -> str:
    """Return JSON with `value` under `keys`, unless something is there.

    Raises:
        ConfigurationInvalid: It is not JSON, or holds something else on the way.
    """
    document = _json(present, shown)
    table = _descend(document, keys[:-1], shown)
    if keys[-1] in table:
        return present
    table[keys[-1]] = value
    return _dumped(document, present)


def with_item(
    present: str, shown: str, *, keys: Sequence[str], item: Any, telling: str
) -> str:
    """Return JSON whose list under `keys` has `item`.

    Args:
        present: The text that is there.
        shown: Its path in messages.
        keys: Where the list is.
        item: What is added at its end.
        telling: Text that an item which does the same holds somewhere.

    Raises:
        ConfigurationInvalid: It is not JSON, or holds something else on the way.
    """
    document = _json(present, shown)
    table = _descend(document, keys[:-1], shown)
    items = table.setdefault(keys[-1], [])
    if not isinstance(items, list):
        _refuse(shown, f"{'.'.join(keys)} is no list")
    if any(telling in json.dumps(each) for each in items):
        return present
    items.append(item)
    return _dumped(document, present)


def with_table(present: str, shown: str, *, keys: Sequence[str], table: str) -> str:
    """Return TOML with the lines of `table` at its end, unless `keys` are there.

    Raises:
        ConfigurationInvalid: It is not TOML, or the table cannot be added to it.
    """
    if _holds(_toml(present, shown), keys):
        return present
    merged = _appended(present, table)
    _toml(merged, shown)
    return merged


def with_section(present: str, shown: str, *, section: str) -> str:
    """Return Markdown with `section` between our markers; the rest stays.

    Raises:
        ConfigurationInvalid: One marker is there without the other.
    """
    ours = f"{BEGIN}\n{section.strip()}\n{END}"
    counts = (present.count(BEGIN), present.count(END))
    if counts == (0, 0):
        return _appended(present, ours + "\n")
    start, end = present.find(BEGIN), present.find(END)
    if counts != (1, 1) or end < start:
        _refuse(shown, f"{BEGIN} and {END} do not stand there once each")
    return present[:start] + _ends(ours, present) + present[end + len(END) :]


def with_hooks(present: str, shown: str, *, hooks: str) -> str:
    """Return a pre-commit configuration with `hooks` at the end of its `repos`.

    Raises:
        ConfigurationInvalid: Its `repos` are not a list with one entry per line.
    """
    if re.search(r"\bprodwright\b", present):
        return present
    if not present.strip():
        head = "default_install_hook_types: [pre-commit, pre-push]\nrepos:\n"
        return head + _indented(hooks, 2)
    lines = present.splitlines()
    starts = [number for number, line in enumerate(lines) if _REPOS.match(line)]
    if len(starts) != 1:
        _refuse(shown, "it has no list `repos:` with one entry per line")
    first = starts[0] + 1
    end = _block_end(lines, first)
    items = [match for line in lines[first:end] if (match := _ITEM.match(line))]
    if not items:
        _refuse(shown, "its `repos:` have no entry to stand beside")
    added = _indented(hooks, len(items[0].group(1))).splitlines()
    text = "\n".join([*lines[:end], *added, *lines[end:]]) + "\n"
    return _ends(text, present)


def _block_end(lines: Sequence[str], first: int) -> int:
    """Return the line after the last one that belongs to the block."""
    end = first
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith((" ", "- ", "#")):
            break
        if line.strip() and not line.startswith("#"):
            end = number + 1
    return end


def _indented(text: str, spaces: int) -> str:
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())


def _appended(present: str, added: str) -> str:
    if not present.strip():
        return added
    return _ends(f"{present.rstrip()}\n\n{added}", present)


def _ends(text: str, like: str) -> str:
    """Return `text` with the line ends that `like` has."""
    if "\r\n" not in like:
        return text
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _json(present: str, shown: str) -> dict[str, Any]:
    if not present.strip():
        return {}
    try:
        document = json.loads(present)
    except (ValueError, RecursionError) as error:
        _refuse(shown, f"not valid JSON: {error}", error)
    if not isinstance(document, dict):
        _refuse(shown, "it is no JSON object")
    return document


def _descend(document: Any, keys: Sequence[str], shown: str) -> dict[str, Any]:
    for key in keys:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            _refuse(shown, f"{key} is no object")
    table: dict[str, Any] = document
    return table


def _dumped(document: dict[str, Any], like: str) -> str:
    found = re.search(r"^([ \t]+)\S", like, re.MULTILINE)
    indent = found.group(1) if found else "  "
    text = json.dumps(document, indent=indent, ensure_ascii=False) + "\n"
    return _ends(text, like)


def _toml(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # endless numbers and nesting
        _refuse(shown, f"not valid TOML, or it would not be: {error}", error)


def _holds(table: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def _refuse(shown: str, reason: str, cause: Exception | None = None) -> NoReturn:
    raise ConfigurationInvalid(
        f"{shown}: {reason}", hint="mend it first; nothing was written"
    ) from cause
