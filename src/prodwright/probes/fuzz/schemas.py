"""What an application says that it takes: its OpenAPI document (3.0 and 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_MOST_DEPTH = 6
_FORMATS = {
    "date-time": "2024-05-01T10:00:00Z",
    "date": "2024-05-01",
    "time": "10:00:00",
    "uuid": "6f1b2c3d-0000-4000-8000-000000000001",
    "email": "ann@example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
    "binary": "x",
}
_MALFORMED = (TypeError, ValueError, AttributeError, LookupError, OverflowError)
_DIGIT = re.compile(r"\{([^}:]+)(:[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        method: In capitals.
        template: Path with `{names}`.
        parameters: `(place, name, schema, is_required)` of each.
        content: Schema of the body by media type.
        answers: Schema of the JSON answer by status.
    """

    method: str
    template: str
    parameters: tuple[tuple[str, str, dict[str, Any], bool], ...]
    content: dict[str, dict[str, Any]]
    answers: dict[str, dict[str, Any]]

    def schema_of(self, place: str, name: str) -> dict[str, Any]:
        """Return the schema of a parameter; empty: it is not declared."""
        for where, what, schema, _ in self.parameters:
            if (where, what.lower()) == (place, name.lower()):
                return schema
        return {}


class Document:
    """An OpenAPI document.

    Args:
        content: As it was told; anything.
    """

    def __init__(self, content: Any) -> None:
        self._content = content if isinstance(content, dict) else {}
        self.operations = tuple(self._operations())

    def operation_for(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request is for; the most literal one."""
        fitting = [
            each
            for each in self.operations
            if each.method == method and self._fits(each.template, path)
        ]
        return min(fitting, key=lambda each: each.template.count("{"), default=None)

    @staticmethod
    def _fits(template: str, path: str) -> bool:
        pattern = "".join(
            re.escape(part) if number % 3 == 0 else "[^/]+"
            for number, part in enumerate(_DIGIT.split(template))
            if number % 3 != 2  # which is a converter
        )
        return re.fullmatch(pattern, path) is not None

    def _operations(self) -> Iterator[Operation]:
        paths = self._content.get("paths")
        for template, item in paths.items() if isinstance(paths, dict) else ():
            for method in _METHODS:
                told = item.get(method) if isinstance(item, dict) else None
                if not isinstance(told, dict):
                    continue
                try:
                    yield self._operation(method.upper(), str(template), item, told)
                except _MALFORMED:
                    continue  # nobody could send a request by it

    def _operation(
        self, method: str, template: str, item: dict[str, Any], told: dict[str, Any]
    ) -> Operation:
        named = [*item.get("parameters", ()), *told.get("parameters", ())]
        parameters = [self.resolved(each) for each in named]
        body = self.resolved(told.get("requestBody", {}))
        answers = {
            str(status): self._json_schema(self.resolved(answer))
            for status, answer in (told.get("responses") or {}).items()
        }
        return Operation(
            method=method,
            template=template,
            parameters=tuple(
                (
                    str(each.get("in")),
                    str(each.get("name")),
                    self.resolved(each.get("schema", {})),
                    bool(each.get("required")),
                )
                for each in parameters
            ),
            content={
                str(kind): media.get("schema", {}) if isinstance(media, dict) else {}
                for kind, media in (body.get("content") or {}).items()
            },
            answers=answers,
        )

    def _json_schema(self, answer: dict[str, Any]) -> dict[str, Any]:
        media = (answer.get("content") or {}).get("application/json", {})
        return self.resolved(media.get("schema", {}) if media else {})

    def resolved(self, schema: Any) -> dict[str, Any]:
        """Follow references, and what may be null, to what a schema means."""
        for _ in range(_MOST_DEPTH * 2):
            if not isinstance(schema, dict):
                return {}
            if isinstance(schema.get("$ref"), str):
                schema = self._target(schema["$ref"])
            elif choices := schema.get("anyOf") or schema.get("oneOf"):
                real = (e for e in choices if e != {"type": "null"})
                schema = next(real, choices[0])
            elif len(schema.get("allOf") or ()) == 1:
                schema = schema["allOf"][0]
            else:
                return schema
        return {}

    def _target(self, reference: str) -> Any:
        found: Any = self._content
        for key in reference.split("/")[1:]:
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return found

    def at(self, schema: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
        """Return the schema of a part of a document."""
        found = self.resolved(schema)
        for key in path:
            inner = (
                found.get("items", {})
                if isinstance(key, int)
                else (found.get("properties") or {}).get(key, {})
            )
            found = self.resolved(inner)
        return found

    def valid(self, schema: Any) -> Any:
        """Return a plain value that `schema` allows, as far as it is understood."""
        try:
            return self._valid(schema, 0)
        except _MALFORMED:
            return None

    def _valid(self, schema: Any, depth: int) -> Any:
        found = self.resolved(schema)
        for key in ("default", "example", "const"):
            if found.get(key) is not None:
                return found[key]
        for key in ("examples", "enum"):
            if isinstance(found.get(key), list) and found[key]:
                return found[key][0]
        kind = found.get("type")
        if kind == "object" or "properties" in found:
            every = found.get("properties", {}) if depth < _MOST_DEPTH else {}
            return {key: self._valid(each, depth + 1) for key, each in every.items()}
        if kind == "array":
            least = min(max(found.get("minItems", 1), 1), 5)
            return [self._valid(found.get("items", {}), depth + 1)] * least
        return _scalar(found, kind)


def _scalar(schema: dict[str, Any], kind: Any) -> Any:
    if kind in ("integer", "number"):
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        most = schema.get("maximum", schema.get("exclusiveMaximum", least + 1))
        value = max(least, min(1, most))
        return int(value) if kind == "integer" else float(value)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    shortest = max(int(schema.get("minLength", 2)), 2)
    plain = "a" * min(shortest, int(schema.get("maxLength", shortest)))
    return _FORMATS.get(str(schema.get("format")), plain)
