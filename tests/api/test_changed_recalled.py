"""`--changed` finds the same with what is remembered as without."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from prodwright.api.reading import Recall
from prodwright.api.reviewing import ReviewRequest, review

VIEW = (
    "from flask import Flask, request\n\nfrom shop.helpers import run\n\n"
    "app = Flask(__name__)\n\n\n@app.get('/a')\ndef a():\n"
    "    run(request.args['x'])\n    return ''\n"
)
SAFE = "def run(text):\n    return len(text)\n"
SHELL = "import os\n\n\ndef run(text):\n    os.system(text)\n"
FILES = {
    "shop/__init__.py": "",
    "shop/views.py": VIEW,
    "shop/helpers.py": SAFE,
    "shop/old.py": "try:\n    import a\nexcept:\n    pass\n",
    "shop/broken.py": "def run(\n",
    "Dockerfile": 'FROM python:3.13\nUSER app\nCMD ["a"]\n',
}
EDITS: tuple[dict[str, str | None], ...] = (
    {"shop/helpers.py": SHELL},
    {"shop/helpers.py": SHELL + "\n\n# moved\n"},
    {"shop/broken.py": SHELL, "shop/helpers.py": "from shop.broken import run\n"},
    {"shop/helpers.py": None, "shop/helpers/__init__.py": SHELL},
    {"shop/new.py": str(FILES["shop/old.py"]), "shop/views.py": None},
    {"Dockerfile": 'FROM python:3.13\nUSER root\nCMD ["a"]\n'},
)


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, timeout=60)


def _write(folder: Path, files: dict[str, str | None]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            place.unlink()
        else:
            place.write_text(text)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    _git(folder, "init", "-q")
    _write(folder, dict(FILES))
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "a step")
    return folder


def changed(folder: Path, **more: Any) -> Any:
    request = ReviewRequest(
        paths=(), folder=folder, base="HEAD", with_verdicts=True, **more
    )
    document = review(request).document()
    for stage in document["stages"]:
        stage.pop("seconds")
    return document


def test_every_change_is_judged_as_if_nothing_were_remembered(
    repository: Path, tmp_path: Path
) -> None:
    variables = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
    found = []
    for edit in EDITS:
        _git(repository, "checkout", "-q", "--", ".")
        _git(repository, "clean", "-qfd")
        _write(repository, edit)

        alone = changed(repository, environment={})

        assert changed(repository, environment=variables, keeps=True) == alone
        found.append([each["hazard"] for each in alone["findings"]])

    assert "command-injection" in found[0]  # it ends in a file that did not change
    assert "bare-except" in found[4]
    assert "root-container" in found[5]


def test_only_what_changed_is_read_again(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
    changed(repository, environment=variables, keeps=True)
    _write(repository, {"shop/old.py": "import os\n"})
    read: list[str] = []
    really = Recall.read

    def noting(recall: Recall, file: str, shown: str) -> Any:
        known = recall.kept.get(shown)
        source = really(recall, file, shown)
        if recall.kept[shown] is not known:
            read.append(shown)
        return source

    monkeypatch.setattr(Recall, "read", noting)
    changed(repository, environment=variables, keeps=True)

    assert read == ["shop/old.py"]
