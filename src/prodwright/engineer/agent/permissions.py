"""Judges what an agent asks permission for; the sandbox holds whatever is decided."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from prodwright.adapters.agents import Wanted
from prodwright.engineer.phases.policy import Decision, Policy

_HARMLESS = frozenset({"read", "search", "think"})
_CHANGES = frozenset({"edit", "delete", "move"})
_SEPARATORS = frozenset({"&&", "||", ";", "|"})
_PUNCTUATION = "();<>|&"
_EXPANDED = "$`\n\r"

Verdict = tuple[Decision, str]


def judged(
    wanted: Wanted, policy: Policy, is_inside: Callable[[str], bool]
) -> tuple[Decision, str]:
    """Return what becomes of a request for permission, and why.

    Args:
        wanted: What the agent asks for.
        policy: Judges each command.
        is_inside: Tells whether a path is one of the desk's that may be worked on.
    """
    outside = [path for path in wanted.paths if not is_inside(path)]
    if outside:
        return Decision.DENY, f"{outside[0][:200]!r} is not part of the project"
    if wanted.command or wanted.kind == "execute":
        return command_line(wanted.command, policy)
    if wanted.kind in _HARMLESS:
        return Decision.ALLOW, ""
    if wanted.kind in _CHANGES and wanted.paths:
        return Decision.ALLOW, ""
    if wanted.kind == "fetch":
        return Decision.DENY, "the network is only for what the agent itself needs"
    return Decision.ASK, "the policy does not know it"


def command_line(line: str, policy: Policy) -> Verdict:
    """Return what becomes of a command line: of its strictest part, if it has several.

    What only a shell can understand is not decided here: it is asked for.
    """
    try:
        words = list(_words(line))
    except ValueError as error:
        return Decision.DENY, f"not a command: {error}"
    verdicts = [policy.decide(part) for part in _parts(words)]
    for decision in (Decision.DENY, Decision.ASK):
        for verdict in verdicts:
            if verdict[0] is decision:
                return verdict
    if any(character in line for character in _EXPANDED) or _has_punctuation(words):
        return Decision.ASK, "it needs a shell to be understood"
    return Decision.ALLOW, ""


def _words(line: str) -> Iterable[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_PUNCTUATION)
    lexer.whitespace_split = True
    lexer.commenters = ""
    return lexer


def _parts(words: Sequence[str]) -> list[Sequence[str]]:
    cuts = [n for n, word in enumerate(words) if word in _SEPARATORS]
    return [words[a + 1 : b] for a, b in pairwise([-1, *cuts, len(words)])]


def _has_punctuation(words: Sequence[str]) -> bool:
    """Tell whether something is left that redirects, groups or backgrounds."""
    rest = (word for word in words if word not in _SEPARATORS)
    return any(word and set(word) <= set(_PUNCTUATION) for word in rest)
