"""Whether the text of a file says something, whatever the code is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prodwright.analysis.facts import per_file

if TYPE_CHECKING:
    from prodwright.analysis import Source


def is_found(source: Source, pattern: re.Pattern[str]) -> bool:
    """Tell whether `pattern` stands anywhere in the text."""
    return _is_found(source, pattern.pattern, pattern.flags)


@per_file
def _is_found(source: Source, pattern: str, flags: int) -> bool:
    return re.compile(pattern, flags).search(source.text) is not None
