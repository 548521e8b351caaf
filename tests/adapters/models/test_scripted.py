"""What is no script is told as such, whatever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.models.scripted import scripted_model
from prodwright.core.errors import ConfigurationInvalid


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[" * 200_000,
        '[{"text": 5}]',
        '[{"input_tokens": "x"}]',
        '[{"input_tokens": null}]',
        '[{"output_tokens": -1}]',
        '{"a": 1}',
    ],
)
def test_what_is_no_script_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "script.json"
    file.write_text(content)

    with pytest.raises(ConfigurationInvalid, match="is no script"):
        scripted_model("scripted:x", file)
