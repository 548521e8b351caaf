"""What is printed steers no terminal, and tells nothing that was not printed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from escape_trials import Trial

pytestmark = pytest.mark.slow

SEQUENCES = {
    "clear the screen": "\x1b[2J",
    "write the clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "name the window": "\x1b]0;pwned\x07",
    "a link that leads elsewhere": "\x1b]8;;file:///etc\x1b\\text\x1b]8;;\x1b\\",
    "ask the terminal, which answers as if typed": "\x1b[6n",
    "one character for the introducer": "\x9b2J",
    "back over what was written": "passed\b\b\b\b\b\bfailed",
    "back to the start of the line": "failed\rpassed",
    "the direction of text": "\u202edetrevni",
    "a string for the device": "\x1bP+q544e\x1b\\",
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_no_sequence_reaches_whoever_shows_the_output(trial: Trial, name: str) -> None:
    sent = SEQUENCES[name]
    code = f"import sys; sys.stdout.buffer.write({sent.encode()!r})"
    plain = subprocess.check_output([sys.executable, "-c", code])
    assert plain == sent.encode()  # the control

    shown = trial.run(code).output

    assert not set(shown) & set("\x1b\x9b\b\r\x07\u202e")
    assert "\N{REPLACEMENT CHARACTER}" in shown


def test_output_that_is_not_text_is_shown_as_far_as_it_is(trial: Trial) -> None:
    done = trial.run("import sys; sys.stdout.buffer.write(b'a\\xff\\x00b\\r\\n')")

    assert done.output == "a\ufffd\ufffdb\n"


def test_what_was_printed_before_cannot_be_taken_back(trial: Trial) -> None:
    """A file could be cut or written over; the control is that a pipe refuses."""
    done = trial.run(
        "import os\n"
        "print('printed before', flush=True)\n"
        "for act in (lambda: os.ftruncate(1, 0), lambda: os.lseek(1, 0, 0)):\n"
        "    try: act()\n"
        "    except OSError: print('refused')"
    )

    assert done.output == "printed before\nrefused\nrefused\n"
