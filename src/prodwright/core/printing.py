"""Text of foreign origin, made fit to be shown."""

from __future__ import annotations

import re

# Controls but tab and line feed; invisible and direction-changing characters; halves
# of surrogate pairs, which no encoding can write.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return `text` without characters that could steer a terminal."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
