"""Reading, writing, editing, moving and deleting files at the desk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodwright.adapters.sandbox import Completed
from prodwright.core.conversation import Call
from prodwright.core.errors import InputError, UnknownName
from prodwright.core.redaction import MASK
from prodwright.engineer.model.tools import load_tools
from prodwright.engineer.model.tools.edit_file import nearest
from prodwright.engineer.phases.workplace import SuiteRun, Workplace


def unused(*_: object) -> Any:
    raise AssertionError("not expected to be used")


def explained(name: str) -> str:
    if name != "memory":
        raise UnknownName("practice", name, known=("memory",))
    return "Bound every cache."


def workplace(folder: Path, **more: Any) -> Workplace:
    told = {"run": unused, "test": unused, "check": unused, "explain": explained}
    return Workplace(folder=folder, **{**told, **more})


def use(at: Workplace, tool_name: str, /, **arguments: Any) -> str:
    tool = load_tools()[tool_name]
    call = Call(id="1", name=tool_name, arguments=json.dumps(arguments))
    return tool.run(at, tool.parsed(call))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(before=TEXT, old=TEXT.filter(bool), new=TEXT.filter(bool), after=TEXT)
def test_replacing_and_replacing_back_gives_the_original(
    tmp_path_factory: pytest.TempPathFactory,
    before: str,
    old: str,
    new: str,
    after: str,
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    text = f"#\n#\n{before}{old}{after}"
    content = text.encode()
    (folder / "a.py").write_bytes(content)
    at = workplace(folder)
    if text.count(old) != 1 or text.replace(old, new).count(new) != 1:
        return

    use(at, "edit_file", path="a.py", old=old, new=new)
    between = (folder / "a.py").read_bytes()
    use(at, "edit_file", path="a.py", old=new, new=old)

    assert between == text.replace(old, new).encode()
    assert (folder / "a.py").read_bytes() == content


@pytest.mark.parametrize(
    ("content", "after"),
    [
        (b"a = 1\r\nb = 2\r\n", b"a = 9\r\nb = 2\r\n"),
        (b"a = 1\nb = 2", b"a = 9\nb = 2"),
        (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfa = 9\n"),
        (
            b"# -*- coding: latin-1 -*-\na = 1  # \xe4\n",
            b"# -*- coding: latin-1 -*-\na = 9  # \xe4\n",
        ),
    ],
    ids=["line ends", "no last line end", "byte order mark", "encoding"],
)
def test_what_stands_around_a_passage_stays(
    tmp_path: Path, content: bytes, after: bytes
) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(content)

    use(workplace(tmp_path), "edit_file", path="a.py", old="a = 1", new="a = 9")

    assert file.read_bytes() == after


def test_a_character_that_the_encoding_lacks_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"# coding: ascii\na = 1\n")

    with pytest.raises(InputError, match="ascii"):
        use(workplace(tmp_path), "edit_file", path="a.py", old="a", new="ä", all=True)


def test_a_script_stays_one(tmp_path: Path) -> None:
    file = tmp_path / "run.py"
    file.write_text("a = 1\n")
    file.chmod(0o755)

    use(workplace(tmp_path), "edit_file", path="run.py", old="1", new="2")

    assert file.stat().st_mode & 0o777 == 0o755
    assert [each.name for each in tmp_path.iterdir()] == ["run.py"]


def test_a_miss_names_the_nearest_passage(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "x = 1\n\ndef total(prices):\n    return sum(prices)"
    )
    wanted = "def total(price):\n    return 1"

    with pytest.raises(InputError) as caught:
        use(workplace(tmp_path), "edit_file", path="a.py", old=wanted, new="")

    assert "from line 3 on, is:\ndef total(prices):" in str(caught.value)


def test_nothing_is_suggested_that_is_not_alike() -> None:
    assert nearest("import os\nx = 1\n", "class Sandwich:\n    pass") == ""
    assert nearest("x\n" * 30_000, "x") == ""


def test_more_than_one_place_is_refused_unless_all_are_meant(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a\na\n")
    at = workplace(tmp_path)

    with pytest.raises(InputError, match="occurs 2 times"):
        use(at, "edit_file", path="a.py", old="a", new="b")
    assert use(at, "edit_file", path="a.py", old="a", new="b", all=True) == (
        "replaced 2 in a.py"
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("write_file", {"path": "b.py", "content": f"KEY = '{MASK}'"}),
        ("edit_file", {"path": "a.py", "old": "a", "new": MASK}),
        ("edit_file", {"path": "a.py", "old": MASK, "new": "a"}),
    ],
)
def test_a_mask_never_takes_the_place_of_a_secret(
    tmp_path: Path, name: str, arguments: dict[str, str]
) -> None:
    (tmp_path / "a.py").write_text("a\n")

    with pytest.raises(InputError, match="which stands for what you may not see"):
        use(workplace(tmp_path), name, **arguments)

    assert (tmp_path / "a.py").read_text() == "a\n"
    assert not (tmp_path / "b.py").exists()


def test_lines_are_numbered_and_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\nthree")
    at = workplace(tmp_path)

    told = use(at, "read_file", path="a.txt", first=2, lines=1)

    assert told == "2\ttwo\n[3 lines in all]"
    assert use(at, "read_file", path="a.txt", first=9) == "\n[3 lines in all]"


def test_a_long_line_is_cut_and_a_huge_file_refused(tmp_path: Path) -> None:
    (tmp_path / "long").write_text("x" * 100_000)
    (tmp_path / "huge").write_text("x" * 2_000_001)
    at = workplace(tmp_path)

    assert len(use(at, "read_file", path="long")) < 31_000
    with pytest.raises(InputError, match="over 2 MB"):
        use(at, "read_file", path="huge")


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfe\x00"])
def test_what_is_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(InputError, match=r"NUL|not readable as text"):
        use(workplace(tmp_path), "read_file", path="a")


def test_a_pipe_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    at = workplace(tmp_path)

    for name, more in (
        ("read_file", {}),
        ("write_file", {"content": ""}),
        ("delete_file", {}),
        ("move_file", {"to": "b"}),
    ):
        with pytest.raises(InputError, match="is no file"):
            use(at, name, path="pipe", **more)


def test_a_file_moves_into_a_new_folder_and_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    at = workplace(tmp_path)

    use(at, "move_file", path="a", to="c/d/a")
    with pytest.raises(InputError, match="is there already"):
        use(at, "move_file", path="b", to="c/d/a")

    assert (tmp_path / "c/d/a").read_text() == "a"
    assert (tmp_path / "b").exists()


def test_a_folder_is_neither_deleted_nor_overwritten(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    at = workplace(tmp_path)

    for name, more in (("delete_file", {}), ("write_file", {"content": ""})):
        with pytest.raises(InputError):
            use(at, name, path="folder", **more)

    use(at, "write_file", path="folder/a", content="a")
    use(at, "delete_file", path="folder/a")
    assert list((tmp_path / "folder").iterdir()) == []


def test_many_files_are_listed_in_part(tmp_path: Path) -> None:
    for number in range(510):
        (tmp_path / f"{number}.py").touch()
    at = workplace(tmp_path)

    told = use(at, "list_files").splitlines()

    assert len(told) == 501
    assert told[-1].startswith("... and more")
    assert use(at, "list_files", pattern="50?.py").count("\n") == 9
    assert use(at, "list_files", pattern="*.rs") == "none"


def test_a_search_is_bounded_and_passes_secrets_over(tmp_path: Path) -> None:
    lines = [f"./a.py:{n}:x" for n in range(300)]

    def grep(command: object, seconds: float) -> Completed:
        output = "\n".join([".env:1:KEY=1", *lines])
        return Completed(code=2, output=output, timed_out=False)

    told = use(workplace(tmp_path, run=grep), "search", pattern="x")

    assert ".env" not in told
    assert told.startswith("a.py:0:x\n")
    assert told.endswith("... 100 more")


@pytest.mark.parametrize(
    ("code", "output", "timed_out", "told"),
    [
        (2, "grep: Unmatched (", False, "Unmatched"),
        (-9, "", True, "took too long"),
    ],
)
def test_a_search_that_fails_is_told(
    tmp_path: Path, *, code: int, output: str, timed_out: bool, told: str
) -> None:
    done = Completed(code=code, output=output, timed_out=timed_out)

    with pytest.raises(InputError, match=told):
        use(workplace(tmp_path, run=lambda *_: done), "search", pattern="(")


@pytest.mark.parametrize("answer", [True, False, None])
def test_a_command_that_is_not_known_is_asked_for(
    tmp_path: Path, *, answer: bool | None
) -> None:
    done = Completed(code=3, output="made", timed_out=False)
    allow = None if answer is None else lambda _: answer
    at = workplace(tmp_path, run=lambda *_: done, allow=allow)

    if answer:
        assert use(at, "run_command", command=["make"]) == "exit code 3\nmade"
        return
    with pytest.raises(InputError, match="not run: make: "):
        use(at, "run_command", command=["make"])


def test_a_run_of_the_tests_is_told(tmp_path: Path) -> None:
    names = tuple(f"tests::{n}" for n in range(60))
    runs = [
        SuiteRun(passed=2, failed=(), output="quiet"),
        SuiteRun(passed=1, failed=names, output="x" * 50_000),
        SuiteRun(passed=0, failed=(), output="why", trouble="it broke"),
    ]
    told = [use(workplace(tmp_path, test=lambda _, r=r: r), "run_tests") for r in runs]

    assert told[0] == "2 passed, 0 failed"
    assert told[1].startswith("1 passed, 60 failed\ntests::0\n")
    assert "tests::49" in told[1]
    assert "tests::50" not in told[1]
    assert len(told[1]) < 14_000
    assert told[2] == "it broke\nwhy"


def test_nobody_to_ask_is_told(tmp_path: Path) -> None:
    asked = workplace(tmp_path, ask=lambda question: f"about {question}")

    assert "nobody is there" in use(workplace(tmp_path), "ask_user", question="Why?")
    assert use(asked, "ask_user", question="Why?") == "the user answers: about Why?"


def test_what_is_looked_up_or_planned_must_exist(tmp_path: Path) -> None:
    at = workplace(tmp_path)
    plan: dict[str, Any] = {"summary": "s", "files": [], "tests": ["t"]}

    assert use(at, "look_up", name="memory") == "Bound every cache."
    with pytest.raises(UnknownName):
        use(at, "look_up", name="magic")
    with pytest.raises(UnknownName):
        use(at, "submit_plan", **plan, practices={"magic": "by magic"})
