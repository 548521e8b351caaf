"""Language models behind one small interface, whoever provides them."""

from __future__ import annotations

from typing import Protocol

from prodwright.core.conversation import Reply, Request
from prodwright.core.limits import Price


class LanguageModel(Protocol):
    """Answers requests; retries and fall-backs are its own business."""

    @property
    def name(self) -> str:
        """Provider and name, as the user wrote them."""

    @property
    def price(self) -> Price | None:
        """What it costs; None when that is not known."""

    def answer(self, request: Request) -> Reply:
        """Return the model's answer.

        Raises:
            ProviderUnavailable: It does not answer now; the run can be resumed.
            ProviderRefused: It will not answer this.
            ContextOverflow: The conversation is too long for it.
        """
