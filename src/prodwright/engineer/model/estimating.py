"""How much a request makes the model read, at most."""

from __future__ import annotations

from prodwright.core.conversation import Message, Reply, Request, Results, Told

# Fewer than in any common text, so that the estimate is an upper one.
_CHARACTERS_PER_TOKEN = 3


def most_tokens(request: Request) -> int:
    """Return an upper estimate of the tokens that `request` makes the model read."""
    characters = len(request.instructions)
    for spec in request.tools:
        characters += len(spec.description) + len(str(spec.parameters))
    for message in request.messages:
        characters += _characters(message)
    return characters // _CHARACTERS_PER_TOKEN + 1


def _characters(message: Message) -> int:
    match message:
        case Told():
            return len(message.text)
        case Reply():
            calls = sum(len(each.arguments) for each in message.calls)
            return max(len(message.raw), len(message.text) + calls)
        case Results():
            return sum(len(each.content) for each in message.results)
