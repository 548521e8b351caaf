"""Which licences may not be in one program.

Sources: the licences' own texts; GNU, "Various Licenses and Comments about Them"; the
SPDX list for the names. What is told is a question for a lawyer, not an answer.
"""

from __future__ import annotations

import re

STRONG = re.compile(
    r"(?<![A-Z])A?GPL(?![A-Z])|Affero|(?<!Lesser )General Public License|SSPL", re.I
)
_WEAK = re.compile(r"LGPL|Lesser General Public", re.I)
_FREE_CHOICE = re.compile(
    r"\b(OR|MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla)\b", re.I
)


def is_copyleft(licence: str) -> bool:
    """Tell whether `licence` asks of everything around it to be under it, too.

    Where a choice of others is offered, it does not.
    """
    said = [each for each in re.split(r"[;,]", licence) if not _WEAK.search(each)]
    strong = [each for each in said if STRONG.search(each)]
    others = [each for each in said if each not in strong and _FREE_CHOICE.search(each)]
    offered = any(re.search(r"\bOR\b", each) for each in strong)
    return bool(strong) and not others and not offered


def permits_copyleft(own: str) -> bool:
    """Tell whether a project under `own` may hold what is under a copyleft licence."""
    return bool(STRONG.search(own)) and not _WEAK.search(own)
