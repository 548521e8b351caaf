"""Evidence is only ever added, and any change to it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.evidence import EvidenceStore


def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def test_a_record_is_named_by_its_content(tmp_path: Path) -> None:
    first = store(tmp_path).add("stage", {"b": 1, "a": 2})

    assert store(tmp_path).add("stage", {"a": 2, "b": 1}) == first
    assert len(list(store(tmp_path).records())) == 1
    assert store(tmp_path).read(first) == {"a": 2, "b": 1}


def test_untouched_evidence_has_no_damage(tmp_path: Path) -> None:
    for number in range(3):
        store(tmp_path).add("stage", {"number": number})

    assert store(tmp_path).damage() == ()


def test_an_edited_record_shows(tmp_path: Path) -> None:
    digest = store(tmp_path).add("stage", {"findings": 3})
    (tmp_path / "evidence" / f"{digest}.json").write_text('{"findings": 0}')

    assert store(tmp_path).damage() == (f"record {digest} is missing or was changed",)


def test_a_record_taken_out_of_the_index_shows(tmp_path: Path) -> None:
    digests = [store(tmp_path).add("stage", {"number": number}) for number in range(3)]
    index = tmp_path / "evidence" / "index.jsonl"
    lines = index.read_text().splitlines(keepends=True)
    index.write_text(lines[0] + lines[2])

    assert store(tmp_path).damage() == (f"the index was changed at {digests[2]}",)


def test_an_index_cut_off_by_a_crash_goes_on(tmp_path: Path) -> None:
    store(tmp_path).add("stage", {"number": 1})
    lost = store(tmp_path).add("stage", {"number": 2})
    index = tmp_path / "evidence" / "index.jsonl"
    index.write_bytes(index.read_bytes()[:-9])

    again = store(tmp_path).add("stage", {"number": 2})

    assert again == lost
    assert store(tmp_path).damage() == ()
    assert len(list(store(tmp_path).records())) == 2


@pytest.mark.parametrize(
    "line", ["garbage", "[" * 9_999, '{"digest": "../../x", "kind": "", "link": ""}']
)
def test_an_index_that_is_no_longer_readable_is_damage(
    tmp_path: Path, line: str
) -> None:
    store = EvidenceStore(tmp_path)
    store.add("stage", {"outcome": "passed"})
    with (tmp_path / "index.jsonl").open("a") as index:
        index.write(f"{line}\n")

    assert "the evidence's index is damaged" in store.damage()[0]


def test_a_missing_record_shows(tmp_path: Path) -> None:
    digest = store(tmp_path).add("stage", {"findings": 3})
    (tmp_path / "evidence" / f"{digest}.json").unlink()

    assert store(tmp_path).damage() == (f"record {digest} is missing or was changed",)
