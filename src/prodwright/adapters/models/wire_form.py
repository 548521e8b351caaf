"""Requests and answers in the form of pydantic-ai, which knows each provider's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodwright.core.conversation import Message, Reply, Request, Results, Told
from prodwright.core.errors import RunUnfit

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ToolCallPart
    from pydantic_ai.models import ModelRequestParameters


def conversation(request: Request) -> list[ModelMessage]:
    """Return the request's messages in the library's form."""
    from pydantic_ai.messages import ModelRequest

    messages = [each for message in request.messages for each in _message(message)]
    last = messages[-1]
    if isinstance(last, ModelRequest):
        last.instructions = request.instructions
    return messages


def _message(message: Message) -> list[ModelMessage]:
    from pydantic_ai.messages import (
        ModelRequest,
        ModelResponse,
        TextPart,
        ToolCallPart,
        ToolReturnPart,
        UserPromptPart,
    )

    match message:
        case Told():
            return [ModelRequest(parts=[UserPromptPart(message.text)])]
        case Results():
            parts = [
                ToolReturnPart(
                    each.name,
                    each.content,
                    each.id,
                    outcome="failed" if each.failed else "success",
                )
                for each in message.results
            ]
            return [ModelRequest(parts=parts)]
        case Reply():
            if message.raw:
                return _sent_back(message.raw)
            calls = [ToolCallPart(c.name, c.arguments, c.id) for c in message.calls]
            text = [TextPart(message.text)] if message.text else []
            return [ModelResponse(parts=[*text, *calls])]


def _sent_back(raw: str) -> list[ModelMessage]:
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    try:
        return list(ModelMessagesTypeAdapter.validate_json(raw))
    except ValueError as error:
        raise RunUnfit(
            "a remembered answer is damaged: it is not what a provider sends",
            hint="`prodwright runs undo` takes the run back",
        ) from error


def parameters(request: Request) -> ModelRequestParameters:
    """Return what the model may call."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    tools = [
        ToolDefinition(
            name=spec.name,
            description=spec.description,
            parameters_json_schema=dict(spec.parameters),
        )
        for spec in request.tools
    ]
    return ModelRequestParameters(function_tools=tools, allow_text_output=True)


def arguments(part: ToolCallPart) -> str:
    """Return them as they were written: what is no JSON is told to the model so."""
    return part.args if isinstance(part.args, str) else part.args_as_json_str()
