"""Files are replaced whole, and read as Python reads them."""

from __future__ import annotations

import errno
import resource
from pathlib import Path

import pytest

from prodwright.adapters.files import (
    MOST_BYTES,
    decode,
    is_inside,
    python_files,
    read_source,
    refusal,
    write_atomically,
)
from prodwright.core.errors import PathRefused, StorageFailed, UnreadableSource


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    write_atomically(file, b"new")

    assert file.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_the_old_content(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()

    with pytest.raises((PathRefused, StorageFailed)):
        write_atomically(folder, b"new")

    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, PathRefused),
        (errno.EROFS, PathRefused),
        (errno.ENOENT, PathRefused),
        (errno.ELOOP, PathRefused),
        (errno.ENOSPC, StorageFailed),
        (errno.EIO, StorageFailed),
    ],
)
def test_a_refusal_names_the_path(number: int, kind: type[Exception]) -> None:
    told = refusal(OSError(number, "Refused", "here.py"), Path("there"))

    assert isinstance(told, kind)
    assert str(told) == "here.py: refused"


def test_an_encoding_that_the_file_declares_is_used() -> None:
    text = decode("# coding: latin-1\nname = 'é'\n".encode("latin-1"), "a.py")

    assert "é" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name = '\xe9'\n", "not readable as text"),
        (b"# coding: no-such\n", "not readable as text"),
        (b"x = 1\0\n", "NUL bytes"),
    ],
)
def test_what_is_not_text_is_named(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        decode(content, "a.py")


def test_line_ends_are_kept() -> None:
    assert decode(b"a = 1\r\nb = 2\r\n", "a.py") == "a = 1\r\nb = 2\r\n"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.py"
    with file.open("wb") as opened:
        opened.truncate(MOST_BYTES + 1)

    with pytest.raises(UnreadableSource, match="at most 2,000,000"):
        read_source(file, "big.py")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathRefused, match="no such file"):
        read_source(tmp_path / "gone.py", "gone.py")


def test_a_loop_of_links_does_not_trap_the_walk(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "loop").symlink_to(tmp_path)

    assert [each.name for each in python_files(tmp_path)] == ["a.py"]


def test_environments_caches_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ("env", ".hidden", "__pycache__", "node_modules", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()

    found = [each.relative_to(tmp_path).as_posix() for each in python_files(tmp_path)]

    assert found == ["kept/a.py"]


@pytest.mark.parametrize("pattern", ["generated", "generated/*.py", "*_pb2.py"])
def test_excluded_paths_are_passed_over(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "x_pb2.py").touch()
    (tmp_path / "a.py").touch()

    found = [each.name for each in python_files(tmp_path, (pattern,))]

    assert found == ["a.py"]


def test_a_link_does_not_lead_out_of_a_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "out").symlink_to(tmp_path)
    (inner / "in").symlink_to(inner)

    assert is_inside(inner / "in" / "a.py", inner)
    assert not is_inside(inner / "out" / "a.py", inner)


def test_a_codec_that_decodes_nothing_is_named() -> None:
    with pytest.raises(UnreadableSource, match=r"a\.py: not readable as text"):
        decode(b"# coding: undefined\nx = 1\n", "a.py")


def test_a_folder_that_cannot_be_read_is_named() -> None:
    with pytest.raises(PathRefused, match="closed: a folder that cannot be listed"):
        read_source(Path(__file__).parent, "closed")


def test_a_write_that_came_to_nothing_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "a.txt"
    place.write_text("before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(StorageFailed):
            write_atomically(place, b"x" * 1_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
    assert place.read_text() == "before"
