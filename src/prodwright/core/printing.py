"""Text of foreign origin, made fit to be shown."""

from __future__ import annotations

import re

# Controls but tab and line feed; invisible and direction-changing characters; halves
# of surrogate pairs, which no encoding can write.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What GitHub's runner obeys in a log: `::set-output name=a::b` where a line begins, and
# `##[set-output name=a]b` anywhere (actions/runner, ActionCommand.cs).
_COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:[\w-][^\n]*?::)|#(?=#\[[\w-])")


def printable(text: str) -> str:
    """Return `text` without what could steer a terminal or a workflow from its log."""
    plain = _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
    return _COMMAND.sub("\\1\N{REPLACEMENT CHARACTER}", plain)
