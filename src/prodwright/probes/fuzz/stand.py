"""Where requests of tests pass by: one observer at a time sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from prodwright.probes.fuzz.messages import Answer, Request


class Trial(Protocol):
    """One request of ours."""

    def begin(self) -> Request:
        """Return it; from now on it is watched what it does."""
        ...

    def end(self, answer: Answer) -> None:
        """Judge what came of it."""
        ...


class Visit(Protocol):
    """What is done where a test makes one request.

    Attributes:
        trials: Requests of ours that are put before it.
        wants_document: Whether the application is to be asked what it offers.
    """

    trials: Iterable[Trial]
    wants_document: bool

    def finish(self) -> None:
        """All trials were made."""
        ...

    def note(self, answer: Answer, told: dict[str, Any]) -> None:
        """Hear what the test's own request was answered."""
        ...

    def note_document(self, answer: Answer, app: Any) -> None:
        """Hear what the application says that it offers."""
        ...


class Observer(Protocol):
    """Who sees requests pass by."""

    def visit(self, app: Any, request: Request) -> Visit:
        """Return what is done at this one."""
        ...


class Stand:
    """Where requests pass by.

    Attributes:
        observer: Who sees them; None: nobody.
        users: Headers with credentials of strangers to each other, by whose they are.
    """

    def __init__(self) -> None:
        self.observer: Observer | None = None
        self.users: dict[str, dict[str, str]] = {}
        self._is_inside = False

    def enter(self) -> bool:
        """Tell whether this request is seen; one within or beside another is not."""
        if self.observer is None or self._is_inside:
            return False
        self._is_inside = True
        return True

    def leave(self) -> None:
        """The request is over."""
        self._is_inside = False

    def visit(self, app: Any, request: Request) -> Visit:
        """Return what is done at a request."""
        assert self.observer is not None, "entered without an observer"
        return self.observer.visit(app, request)


STAND = Stand()
