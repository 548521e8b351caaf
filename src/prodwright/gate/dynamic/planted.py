"""Defects planted beside the project's code, which its fault exploration must find."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.adapters.fault_runs import ExploredTest
from prodwright.gate.dynamic.ground import Plot

CODE = """
import subprocess
import threading


def waits():
    return subprocess.run(["true"], check=True).returncode


def tears(path, text):
    with open(path, "w") as file:
        file.write(text)


def loses(path, text):
    try:
        path.write_text(text)
    except OSError:
        pass


def leaves(path):
    done = threading.Event()
    thread = threading.Thread(target=done.wait, args=(20,))
    thread.start()
    text = path.read_text()
    done.set()
    thread.join()
    return text


def is_sound(path):
    try:
        return path.read_text()
    except OSError as error:
        raise ValueError(f"{path} cannot be read") from error
"""
TESTS = """
import importlib.util
from pathlib import Path

place = Path(__file__).with_name("{code}.py")
spec = importlib.util.spec_from_file_location("{code}", place)
code = importlib.util.module_from_spec(spec)
spec.loader.exec_module(code)


def test_{name}_waits():
    assert code.waits() == 0


def test_{name}_tears(tmp_path):
    (tmp_path / "kept").write_text("before" * 50)
    code.tears(tmp_path / "kept", "after" * 60)
    assert (tmp_path / "kept").read_text() == "after" * 60


def test_{name}_loses(tmp_path):
    code.loses(tmp_path / "lost", "after")
    assert tmp_path.exists()


def test_{name}_leaves(tmp_path):
    (tmp_path / "read").write_text("text")
    assert code.leaves(tmp_path / "read") == "text"


def test_{name}_is_sound(tmp_path):
    (tmp_path / "read").write_text("text")
    assert code.is_sound(tmp_path / "read") == "text"
"""
FAULTS = {
    "waits": frozenset({"no-timeout"}),
    "tears": frozenset({"partial-effect"}),
    "loses": frozenset({"lost-write", "silent-swallow", "silent-wrong-result"}),
    "leaves": frozenset({"leak"}),
}
CONSUMERS = """


import sqlite3


def forgets(path):
    bank = sqlite3.connect(path)
    (amount,) = bank.execute("select amount from message").fetchone() or (0,)
    if amount:
        bank.execute("delete from message")
        bank.commit()
        bank.execute("insert into payment values (?)", (amount,))
        bank.commit()
    bank.close()


def keeps(path):
    bank = sqlite3.connect(path)
    (amount,) = bank.execute("select amount from message").fetchone() or (0,)
    if amount:
        bank.execute("insert into payment values (?)", (amount,))
        bank.execute("delete from message")
        bank.commit()
    bank.close()
"""
CONSUMERS_TESTS = """


def queue_at(path):
    bank = code.sqlite3.connect(path)
    bank.executescript(
        "create table message (amount int); create table payment (amount int);"
        "insert into message values (5)"
    )
    bank.close()
    return path


def test_{name}_forgets(tmp_path):
    code.forgets(queue_at(tmp_path / "queue.db"))


def test_{name}_keeps(tmp_path):
    code.keeps(queue_at(tmp_path / "queue.db"))
"""
CRASHES = {
    "tears": frozenset({"torn-on-crash"}),
    "forgets": frozenset({"lost-on-crash"}),
}
SOUND = ("is_sound", "keeps")


def missed(
    plot: Plot, explored: Iterable[ExploredTest], defects: dict[str, frozenset[str]]
) -> tuple[str, ...]:
    """Return the defects that nobody saw, and the sound ones that were blamed."""
    told = tuple(explored)
    seen = {name: _kinds(plot, told, name) for name in (*defects, *SOUND)}
    unseen = [name for name, kinds in defects.items() if not kinds & seen[name]]
    return (*unseen, *(name for name in SOUND if seen[name]))


def _kinds(plot: Plot, explored: Iterable[ExploredTest], name: str) -> frozenset[str]:
    test = f"{plot.tests}::test_{plot.name}_{name}"
    return frozenset(
        each.kind
        for one in explored
        if one.test == test
        for each in one.sightings
        if each.level != "weak"
    )
