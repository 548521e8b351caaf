"""`review` of flows: their ways, the user's models, and what cannot be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests_support import Program, fits_the_schema

pytestmark = pytest.mark.slow

VIEW = """\
import acme
from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def show():
    name = request.args["name"]
    return {"rows": acme.run("select " + name)}
"""
MODEL = '[[sink]]\ncategory = "sql"\nnames = ["acme.run"]\n'
NEST = "".join(f"{' ' * n}a = b = c = x\n{' ' * n}while x:\n" for n in range(1, 18))
NEST = NEST.replace("= x", "= ''") + " " * 18 + "a = b; b = c; c = x\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_model_files_of_the_project_are_read(program: Program, tmp_path: Path) -> None:
    write(tmp_path, view__py=VIEW, acme__toml=MODEL)
    only = ("review", "--only", "sql-injection")
    assert program(tmp_path, *only).returncode == 0

    write(tmp_path, prodwright__toml='models = ["acme.toml"]\n')
    done = program(tmp_path, *only)

    assert done.returncode == 1
    assert "flask.request.args (line 9) becomes part of the statement" in done.stdout
    assert "9  becomes name: name = request.args" in done.stdout
    document = fits_the_schema(program(tmp_path, *only, "--json").stdout)
    (finding,) = document["findings"]
    assert [each["note"] for each in finding["trace"]] == [
        "flask.request.args",
        "becomes name",
        "reaches acme.run",
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.toml", None, "gone.toml is no file"),
        ("../acme.toml", MODEL, "lies outside"),
        ("acme.toml", "[[sink]]\nnames = ['f']\n", "acme.toml: sink 1: category = ''"),
        ("acme.toml", "\x00", "acme.toml: not valid TOML"),
    ],
)
def test_a_model_file_that_is_none_is_told_in_one_line(
    program: Program, tmp_path: Path, name: str, content: str | None, told: str
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    write(folder, view__py=VIEW, prodwright__toml=f'models = ["{name}"]\n')
    if content is not None:
        (folder / name).write_text(content)

    done = program(folder, "review")

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_function_that_cannot_be_followed_is_named(
    program: Program, tmp_path: Path
) -> None:
    write(tmp_path, slow__py=f"import os\n\n\ndef slow(x):\n{NEST} os.system(a)\n")

    done = program(tmp_path, "review", "--only", "sql-injection", "--json")

    assert done.returncode == 6
    document = fits_the_schema(done.stdout)
    (unjudged,) = document["unjudged"]
    assert unjudged["path"] == "slow.py"
    assert "slow: it takes too many steps" in unjudged["reason"]
    standing = {each["practice"]: each["verdict"] for each in document["verdicts"]}
    assert standing["parameterized-queries"] == "unverified"


def test_a_librarys_own_entries_are_shown_on_request(
    program: Program, tmp_path: Path
) -> None:
    write(tmp_path, library__py="import os\n\n\ndef read(name):\n    os.remove(name)\n")
    only = ("review", "--only", "path-traversal")

    assert "path-traversal" not in program(tmp_path, *only).stdout
    done = program(tmp_path, *only, "--library-entries")

    assert "path-traversal" in done.stdout
    assert "note" in done.stdout
    assert done.returncode == 0
