"""What can go wrong with a value, as bits: the masks that taint is tracked in.

A *category* is one way to be hurt by a value from outside, e.g. `sql`; each has one
bit. An *origin* is a kind of outside, and brings the categories that it endangers.

A *taint* is an integer of slots, `SLOT_BITS` wide. The lowest holds the categories
in which the value is dangerous as it is; slot `n + 1` holds those in which it is
dangerous if the function's parameter `n` is. So one pass over a function serves all
its callers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

# By origin: what it can be used for.
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "input": (
        "sql",
        "command",
        "program",
        "code",
        "path",
        "page",
        "template",
        "redirect",
        "header",
        "log",
        "address",
        "ldap",
        "xpath",
        "nosql",
        "deserialization",
        "xml",
        "trust",
        "archive",
    ),
    # Whoever starts a program may do what it does; they should not do more by mistake.
    "operator": ("command",),
    "secret": ("secret-log", "secret-exception"),
    "exception": ("exception-client",),
}
CATEGORIES: Final = tuple(
    dict.fromkeys(name for names in ORIGINS.values() for name in names)
)
BITS: Final = {name: 1 << at for at, name in enumerate(CATEGORIES)}
# Of a value from a place that nothing is known of: it hurts nobody by itself, but no
# call can be said to be harmless because of it.
OBSCURE: Final = 1 << len(CATEGORIES)
EVERYTHING: Final = (1 << len(CATEGORIES) + 1) - 1

SLOT_BITS: Final = 32
MOST_PARAMETERS: Final = 15  # of one function that are told apart
SLOT: Final = (1 << SLOT_BITS) - 1


def mask(names: Iterable[str]) -> int:
    """Return the bits of these categories; `all` stands for every one.

    Raises:
        KeyError: A name is no category.
    """
    bits = 0
    for name in names:
        bits |= EVERYTHING if name == "all" else BITS[name]
    return bits


def origin_mask(origin: str) -> int:
    """Return the bits of the categories that `origin` endangers.

    Raises:
        KeyError: There is no such origin.
    """
    return mask(ORIGINS[origin])


# What a function unknown to us makes of a value from outside is from outside; what it
# makes of a secret or an error is not one, nor is a part of what holds one.
CARRIED: Final = origin_mask("input") | origin_mask("operator") | OBSCURE


@cache
def everywhere(bits: int) -> int:
    """Return a taint with `bits` in every slot."""
    taint = 0
    for slot in range(MOST_PARAMETERS + 1):
        taint |= bits << slot * SLOT_BITS
    return taint


def in_slot(slot: int, bits: int) -> int:
    """Return a taint with `bits` in one slot."""
    return bits << slot * SLOT_BITS


def names_of(bits: int) -> list[str]:
    """Return the categories whose bits are set in the lowest slot."""
    return [name for name, bit in BITS.items() if bits & bit]
