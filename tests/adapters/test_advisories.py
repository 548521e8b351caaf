"""Known flaws, as OSV records tell them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from prodwright.adapters.advisories import Advisory, read_advisories
from prodwright.core.errors import ConfigurationInvalid


def record(*events: dict[str, str], **more: Any) -> str:
    affected = {
        "package": {"ecosystem": "PyPI", "name": "Some_Package"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }
    return json.dumps(
        {"id": "PYSEC-1", "summary": "a flaw", "affected": [affected], **more}
    )


def advisory(folder: Path, text: str) -> Advisory:
    (folder / "a.json").write_text(text)
    (found,) = read_advisories(folder)
    return found


@pytest.mark.parametrize(
    ("version", "concerned"),
    [("0.9", False), ("1.0", True), ("1.9.9", True), ("2.0", False), ("2.1", True)],
)
def test_a_version_is_concerned_from_introduced_up_to_fixed(
    tmp_path: Path, version: str, *, concerned: bool
) -> None:
    events = ({"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "2.1"})

    found = advisory(tmp_path, record(*events))

    assert found.package == "some-package"
    assert found.concerns(version) is concerned
    assert found.mended_in == ("2.0",)


def test_the_last_affected_version_is_concerned(tmp_path: Path) -> None:
    found = advisory(tmp_path, record({"introduced": "0"}, {"last_affected": "3.0"}))

    assert found.concerns("3.0")
    assert not found.concerns("3.0.1")


def test_a_version_that_is_none_is_not_concerned(tmp_path: Path) -> None:
    found = advisory(tmp_path, record({"introduced": "0"}, {"fixed": "x"}))

    assert not found.concerns("1")
    assert not found.concerns("nonsense")


def test_an_archive_is_read_as_a_folder_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.json", record({"introduced": "0"}))
        archive.writestr("b.json", "[" * 100_000)

    assert len(read_advisories(tmp_path / "all.zip")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "[]",
        record({"introduced": "0"}, withdrawn="2024-01-01T00:00:00Z"),
        '{"affected": 3}',
        '{"affected": [{"package": {"ecosystem": "npm", "name": "a"}}]}',
    ],
)
def test_a_place_without_an_advisory_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(ConfigurationInvalid, match="holds no OSV record"):
        read_advisories(tmp_path)


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="nowhere: no such"):
        read_advisories(tmp_path / "nowhere")
