"""Answers that are none: errors, and whose they are."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from prodwright.probes.fuzz.messages import Answer

STRONG, MEDIUM, WEAK = "strong", "medium", "weak"
_BROKEN = 500
_UNSUPPORTED = (501, 505)
# The sandbox has no services but the project's own, and Django's tests one transaction.
_OF_THE_PLACE = (
    "TransactionManagementError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectError",
    "gaierror",
    "MaxRetryError",
)
_REFUSALS = ("RequestValidationError", "ClientDisconnect")
_SENDING = frozenset(
    {
        "render",
        "serialize_response",
        "jsonable_encoder",
        "dumps",
        "init_headers",
        "encode",
    }
)
_ABOUT_DATABASE = re.compile(
    r"could not connect|Connection refused|no such table", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something that is wrong.

    Attributes:
        kind: What.
        level: How certain: `strong`, `medium` or `weak`.
        says: The consequence, as a sentence without a full stop.
        error: What was raised.
    """

    kind: str
    level: str
    says: str
    error: BaseException | None = None


def rank(level: str) -> int:
    """Return how certain a level is; the higher, the more."""
    return (WEAK, MEDIUM, STRONG).index(level)


def is_of_the_place(error: BaseException | None) -> bool:
    """Tell whether an error is about where the tests run, and not about the request."""
    while error is not None:
        if type(error).__name__ in _OF_THE_PLACE or _ABOUT_DATABASE.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def server_error(
    answer: Answer, error: BaseException | None, is_code: Callable[[str], bool]
) -> Sighting | None:
    """Return what is wrong with an answer that is none; None: it is one.

    Args:
        answer: To hostile input.
        error: What left the application, or was reported instead.
        is_code: Tells whether a file is under test.
    """
    if answer.error is None and answer.status in _UNSUPPORTED:
        return None
    if not (answer.error is not None or answer.status == 0 or answer.status >= _BROKEN):
        return None
    if isinstance(error, MemoryError):
        says = "no memory is left for it"
        return Sighting(kind="memory", level=MEDIUM, says=says, error=error)
    if error is not None:
        says = f"{type(error).__name__}: {_short(str(error))}"
    else:
        says = f"it is answered with {answer.status or 'nothing'}"
    plain = answer.error is not None or answer.status in (0, _BROKEN)
    level = STRONG if plain and error else MEDIUM if plain else WEAK
    if error is not None and _is_of_a_framework(error, is_code):
        level = WEAK
    return Sighting(kind="server-error", level=level, says=says, error=error)


def _is_of_a_framework(error: BaseException, is_code: Callable[[str], bool]) -> bool:
    """Tell whether an error is one that every service on the same framework has.

    It had refused the input, and broke while it said so; its parser met nesting that
    only a limit on bodies keeps away; or it never came to the code under test, nor was
    given something by it that cannot be sent.
    """
    if _is_refusal(error) or isinstance(error, RecursionError):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    named = {each.name for each in frames}
    own = any(is_code(each.filename) for each in frames)
    return bool(frames) and not own and not named & _SENDING


def _is_refusal(error: BaseException | None) -> bool:
    """Tell whether a framework had refused the input before it broke."""
    while error is not None:
        if type(error).__name__ in _REFUSALS:
            return True
        error = error.__context__
    return False


def _short(text: str) -> str:
    return " ".join(text.split())[:140]
