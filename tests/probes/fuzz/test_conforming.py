"""Answers are compared with what an application says that it gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prodwright.probes.fuzz.conforming import departure
from prodwright.probes.fuzz.messages import Answer
from prodwright.probes.fuzz.schemas import Document

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
}
DOCUMENT = Document(
    {
        "components": {"schemas": {"Item": ITEM}},
        "paths": {
            "/items/{key}": {
                "get": {
                    "responses": {
                        "200": {
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": "#/components/schemas/Item"}
                                }
                            }
                        }
                    }
                }
            }
        },
    }
)
OPERATION = DOCUMENT.operation_for("GET", "/items/7")


def told(content: Any, status: int = 200) -> str:
    answer = Answer(
        status=status,
        headers=(("content-type", "application/json"),),
        body=json.dumps(content).encode(),
    )
    return departure(DOCUMENT, OPERATION, answer)


@pytest.mark.parametrize(
    "content", [{"id": 1}, {"id": 1, "tags": ["a"], "note": None, "more": 1}]
)
def test_an_answer_as_declared_does_not_depart(content: Any) -> None:
    assert told(content) == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([], "the answer is list, and declared as object"),
        ({}, "the answer lacks id"),
        ({"id": "1"}, "id of the answer is str, and declared as integer"),
        ({"id": True}, "id of the answer is bool"),
        ({"id": 1, "tags": [1]}, "an item of tags of the answer is int"),
    ],
)
def test_an_answer_of_another_kind_is_told(content: Any, says: str) -> None:
    assert told(content).startswith(says)


def test_what_is_not_declared_is_not_compared() -> None:
    assert told([], status=404) == ""


@pytest.mark.parametrize("content", [None, [], {"paths": 3}, {"paths": {"/": 1}}])
def test_a_document_that_is_none_offers_nothing(content: Any) -> None:
    assert Document(content).operations == ()


KEYS = st.sampled_from(
    [
        *("get", "parameters", "requestBody", "responses", "content", "schema", "200"),
        *("application/json", "type", "items", "properties", "$ref", "anyOf", "allOf"),
        *("required", "minLength", "minimum", "minItems", "enum", "in", "name"),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "query"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"paths": st.fixed_dictionaries({"/a": ANYTHING})}))
@example({"paths": {"/a": {"get": {"parameters": None, "responses": {"200": 3}}}}})
@example({"paths": {"/a": {"get": {"requestBody": {"content": {"x": None}}}}}})
def test_any_document_is_read(content: Any) -> None:
    document = Document(content)

    for operation in document.operations:
        for schema in operation.content.values():
            document.valid(schema)
