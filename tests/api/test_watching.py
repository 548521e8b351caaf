from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from prodwright.api.review_memory import ReviewMemory
from prodwright.api.reviewing import Review, ReviewRequest, review
from prodwright.api.watching import watch
from prodwright.core.errors import InputError

BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"
GOOD = "def collect(item):\n    return [item]\n"


class _Over(Exception):
    """Nothing more is played."""


class Steps:
    """Plays what a person does between two looks, one step a look."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._left = list(steps)

    def __call__(self) -> None:
        if not self._left:
            raise _Over
        self._left.pop(0)()


def _found(seen: Review | InputError) -> list[str]:
    assert isinstance(seen, Review)
    return [f"{each.path}:{each.hazard}" for each in seen.stage.findings]


def _watched(folder: Path, *steps: Callable[[], object]) -> list[Review | InputError]:
    request = ReviewRequest(paths=(), folder=folder, environment={})
    seen: list[Review | InputError] = []
    with contextlib.suppress(_Over):
        seen.extend(watch(request, Steps(*steps)))
    return seen


def test_a_change_is_reviewed_and_rest_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    mend = lambda: (tmp_path / "a.py").write_text(GOOD)  # noqa: E731
    add = lambda: (tmp_path / "b.py").write_text(BAD)  # noqa: E731

    seen = _watched(tmp_path, lambda: None, mend, lambda: None, add)

    assert [_found(each) for each in seen] == [
        ["a.py:mutable-default"],
        [],
        ["b.py:mutable-default"],
    ]


def test_a_deleted_file_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)

    seen = _watched(tmp_path, (tmp_path / "a.py").unlink)

    assert [_found(each) for each in seen] == [["a.py:mutable-default"], []]


def test_a_setting_that_is_wrong_is_told_and_the_watch_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    settings = tmp_path / "prodwright.toml"

    seen = _watched(
        tmp_path,
        lambda: settings.write_text('only = ["no-such-thing"]'),
        lambda: settings.write_text('only = ["bare-except"]'),
    )

    assert isinstance(seen[1], InputError)
    assert _found(seen[2]) == []


def test_a_file_that_stays_the_same_is_read_and_judged_once(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(BAD)
    memory = ReviewMemory()
    request = ReviewRequest(paths=(), folder=tmp_path, environment={}, memory=memory)
    review(request)
    (recall,) = memory.recalls.values()
    before = dict(recall.kept)
    (tmp_path / "b.py").write_text(BAD + "\n")

    review(request)

    same = {path for path, each in recall.kept.items() if each is before[path]}
    assert same == {"a.py"}
    assert set(recall.kept) == {"a.py", "b.py"}
