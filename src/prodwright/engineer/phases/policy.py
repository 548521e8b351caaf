"""Which commands a model may run: allowed, asked for, or refused.

The policy is ours and the user's; nothing in the repository can change it. It
stands before the sandbox, not in its place: what is allowed still runs inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MOST_WORDS = 60
_MOST_CHARACTERS = 4_000
ALLOWED = (
    "cat",
    "diff",
    "find",
    "grep",
    "head",
    "ls",
    "mypy",
    "pytest",
    "python",
    "python3",
    "ruff",
    "sort",
    "tail",
    "wc",
)
# They reach for the network, the history, or another user: never of any use inside.
REFUSED = (
    "curl",
    "docker",
    "git",
    "gpg",
    "nc",
    "ncat",
    "pip",
    "pip3",
    "poetry",
    "rsync",
    "scp",
    "ssh",
    "su",
    "sudo",
    "uv",
    "wget",
)
# Flags without a value may stand before it: `-Im pip`, `-mpip`.
_MODULE_OPTION = re.compile(r"-[bBdEiIOPqsSuvVx]*m(.*)", re.S)
_REFUSED_MODULES = ("ensurepip", "http.server", "pip", "smtpd", "venv", "webbrowser")
# What begins so makes one of the allowed programs start another one, or write.
_STARTERS = {
    "find": ("-delete", "-exec", "-fls", "-fprint", "-ok"),
    "sort": ("--co",),
}


class Decision(StrEnum):
    """What becomes of a command."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Judges commands, word by word.

    Attributes:
        allowed: Programs that run without asking.
        refused: Programs that never run; they win.
    """

    allowed: tuple[str, ...] = ALLOWED
    refused: tuple[str, ...] = REFUSED

    def decide(self, command: Sequence[str]) -> tuple[Decision, str]:
        """Return what becomes of `command`, and why."""
        malformed = _malformed(command)
        if malformed:
            return Decision.DENY, malformed
        program = PurePosixPath(command[0]).name
        if program != command[0]:
            return Decision.DENY, f"{command[0]!r}: name a program without its path"
        if program in self.refused:
            return Decision.DENY, f"{program} is refused by the policy"
        started = _starts_another(program, command[1:])
        if started:
            return Decision.DENY, started
        if program in self.allowed:
            return Decision.ALLOW, ""
        return Decision.ASK, f"{program} is not among the allowed programs"


def _malformed(command: Sequence[str]) -> str:
    if not command or not command[0]:
        return "the command is empty"
    if len(command) > _MOST_WORDS or sum(map(len, command)) > _MOST_CHARACTERS:
        return f"more than {_MOST_WORDS} words or {_MOST_CHARACTERS} characters"
    if any(_CONTROL.search(word) for word in command):
        return "a word holds control characters"
    return ""


def _starts_another(program: str, words: Sequence[str]) -> str:
    for word in words:
        if word.startswith(_STARTERS.get(program, ())):
            return f"{program} {word} is refused by the policy"
    module = _module(words) if program in ("python", "python3") else ""
    if module.partition(".")[0] in _REFUSED_MODULES or module in _REFUSED_MODULES:
        return f"python -m {module} is refused by the policy"
    return ""


def _module(words: Sequence[str]) -> str:
    """Return what `python -m` runs, however the option is written; empty: nothing."""
    for number, word in enumerate(words):
        option = _MODULE_OPTION.match(word)
        if option:
            return option[1] or [*words, ""][number + 1]
    return ""
