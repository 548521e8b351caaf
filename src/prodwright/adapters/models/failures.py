"""What of ours an error of pydantic-ai is."""

from __future__ import annotations

from prodwright.core.errors import (
    ContextOverflow,
    ProdwrightError,
    ProviderRefused,
    ProviderUnavailable,
)


def failure(name: str, error: Exception) -> ProdwrightError:
    """Return the error of our tree for one of the library's.

    What the provider wrote is left out: it may repeat the request, keys included.

    Args:
        name: Of the model.
        error: What was raised.
    """
    from pydantic_ai import exceptions as theirs

    kind = type(error).__name__
    if isinstance(error, theirs.ModelContextWindowExceededError):
        return ContextOverflow(f"{name}: the conversation is too long", hint="resume")
    if isinstance(error, theirs.ModelAuthenticationError):
        told = "refuses the key"
        return ProviderRefused(
            f"{name} {told}", hint="check the key in the environment"
        )
    if isinstance(error, theirs.ModelNotFoundError):
        return ProviderRefused(f"{name}: no such model", hint="name one that exists")
    if isinstance(error, theirs.ModelQuotaExceededError):
        return ProviderRefused(
            f"{name}: the quota is used up", hint="top it up, resume"
        )
    if isinstance(error, (theirs.ModelRequestRejectedError, theirs.UserError)):
        return ProviderRefused(
            f"{name} rejects the request ({kind})", hint="see doctor"
        )
    after = getattr(error, "retry_after", None)
    return ProviderUnavailable(
        f"{name} does not answer ({kind})",
        hint="`prodwright runs resume` goes on where this ended",
        retry_after_seconds=after if isinstance(after, int | float) else None,
    )
