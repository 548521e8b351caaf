from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from prodwright.api.reviewing import Review, ReviewRequest, know_all, review
from prodwright.core.errors import ConfigurationInvalid

BARE = """
def digest(data):
    try:
        return read(data)
    except:
        return None
"""
CYCLE_A = "from shop import b\n\n\ndef one():\n    return b.two()\n"
CYCLE_B = "from shop import a\n\n\ndef two():\n    return a.one()\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    return tmp_path


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, timeout=60)


def _write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def _commit(folder: Path, files: dict[str, str]) -> None:
    _write(folder, files)
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "a step")


def _reviewed(folder: Path, base: str | None = None) -> Review:
    request = ReviewRequest(paths=(), folder=folder, environment={}, base=base)
    return review(request)


def _hazards(done: Review) -> list[tuple[str, str]]:
    return [(each.path, each.hazard) for each in done.stage.findings]


def test_what_the_baseline_knows_is_left_out_and_what_is_new_is_not(
    repository: Path,
) -> None:
    _commit(repository, {"old.py": BARE})
    request = ReviewRequest(paths=(), folder=repository, environment={})
    know_all(request)
    assert _hazards(_reviewed(repository)) == []

    _write(repository, {"old.py": "import os\n" + BARE, "new.py": BARE})

    assert _hazards(_reviewed(repository)) == [("new.py", "bare-except")]


def test_a_baseline_replaces_no_file_of_another_kind(repository: Path) -> None:
    _commit(repository, {"old.py": BARE, "package.json": '{"name": "shop"}'})
    place = repository / "package.json"
    request = ReviewRequest(paths=(), folder=repository, environment={}, baseline=place)
    with pytest.raises(ConfigurationInvalid, match=r"package\.json is no baseline"):
        know_all(request)
    assert json.loads(place.read_text()) == {"name": "shop"}


def test_a_repository_cannot_have_its_baseline_written_elsewhere(
    repository: Path,
) -> None:
    settings = '[tool.prodwright]\nbaseline = "../outside.json"\n'
    _commit(repository, {"old.py": BARE, "pyproject.toml": settings})
    with pytest.raises(ConfigurationInvalid, match=r"\.\./outside\.json"):
        know_all(ReviewRequest(paths=(), folder=repository, environment={}))


def test_only_what_a_change_adds_is_told(repository: Path) -> None:
    _commit(repository, {"old.py": BARE})
    _write(repository, {"old.py": BARE + BARE.replace("digest", "other")})

    done = _reviewed(repository, "HEAD")

    assert [each.line for each in done.stage.findings] == [11]


def test_a_file_that_only_moved_adds_nothing(repository: Path) -> None:
    _commit(repository, {"old.py": BARE})
    (repository / "old.py").rename(repository / "moved.py")

    assert _hazards(_reviewed(repository, "HEAD")) == []


def test_a_copy_adds_what_it_copies(repository: Path) -> None:
    _commit(repository, {"old.py": BARE})
    _write(repository, {"copy.py": BARE})

    assert _hazards(_reviewed(repository, "HEAD")) == [("copy.py", "bare-except")]


def test_a_change_is_judged_with_the_whole_project_around_it(repository: Path) -> None:
    _commit(repository, {"shop/a.py": CYCLE_A, "shop/b.py": "def two():\n    pass\n"})
    _write(repository, {"shop/b.py": CYCLE_B})

    assert ("shop/b.py", "import-cycle") in _hazards(_reviewed(repository, "HEAD"))


def test_a_file_around_the_change_need_not_be_python(repository: Path) -> None:
    _commit(repository, {"broken.py": "def (:\n", "shop/a.py": "A = 1\n"})
    _write(repository, {"shop/a.py": BARE})

    done = _reviewed(repository, "HEAD")

    assert _hazards(done) == [("shop/a.py", "bare-except")]
    assert done.unjudged == ()
