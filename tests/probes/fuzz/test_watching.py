"""What is looked at while hostile input is put."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prodwright.probes.fuzz.watching import Canary

LEAVE = """
import sys
from pathlib import Path
from prodwright.probes.fuzz.watching import CANARY
CANARY.put()
Path(CANARY.trace('word')).touch()
print(CANARY.folder)
"""


def test_what_a_shell_left_is_seen_once() -> None:
    canary = Canary()
    canary.put()
    Path(canary.trace("word")).touch()

    assert canary.was_left("word")
    assert not canary.was_left("word")
    canary.remove()
    assert not Path(canary.folder).exists()


def test_parts_that_try_the_same_word_do_not_see_each_others_traces() -> None:
    canary = Canary()
    canary.put()
    done = subprocess.run([sys.executable, "-c", LEAVE], stdout=subprocess.PIPE)
    other = Path(done.stdout.decode().strip())

    assert (other / "word").exists()
    assert not canary.was_left("word")
    canary.remove()
    for each in other.iterdir():
        each.unlink()
    other.rmdir()
