"""Schemas that tools publish: whole, and no larger than they have to be."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from prodwright.mcp.documents import output_schema

KINDS = ("result", "job", "preview", "hazard", "practice", "questions", "verdicts")


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_holds_what_it_refers_to_and_nothing_else(kind: str) -> None:
    schema = output_schema(kind)
    references = set(re.findall(r"#/\$defs/(\w+)", json.dumps(schema)))

    jsonschema.Draft202012Validator.check_schema(schema)
    assert references == set(schema["$defs"])
    assert {kind, "error"} <= references


def test_a_document_of_another_kind_does_not_fit() -> None:
    schema = output_schema("hazard")
    practice = {
        "schema_version": "1.0",
        "kind": "practice",
        "name": "x",
        "title": "X",
        "principle": "y",
        "hazards": [],
    }

    jsonschema.validate(practice, output_schema("practice"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(practice, schema)
