"""`prove` as a user sees it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow
SHOP = "def price(amount):\n    return amount * 2\n"
TEST = "from shop import price\n\n\ndef test_it():\n    assert price(2) == 4\n"


def test_it_tells_each_stage_and_ends_with_its_exit_code(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    git = repository({"shop.py": SHOP, "test_shop.py": TEST})
    words = ("prove", "--stage", "tests", "--python", sys.executable)

    text = program(git.root, *words)
    as_json = program(git.root, *words, "--json", "--junit", str(tmp_path / "j.xml"))

    assert text.returncode == 0, text.stderr
    assert "tests        passed" in text.stdout
    assert "[planted 1, caught 1]" in text.stdout
    document = fits_the_schema(as_json.stdout)
    assert document["stages"][0]["stage"] == "tests"
    assert (tmp_path / "j.xml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget", "0"), "a budget of 0 s cannot be kept"),
        (("--budget", "soon"), "soon"),
        (("--stage", "fuss"), "no stage is named 'fuss'"),
        (("--base", "HEAD"), "--base goes with --changed"),
        (("--changed", "--base", ""), "--base is empty"),
        (("nowhere",), "nowhere: no such file or folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    program: Program, repository: Repository, words: tuple[str, ...], told: str
) -> None:
    git = repository({"shop.py": SHOP})

    done = program(git.root, "prove", *words)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
