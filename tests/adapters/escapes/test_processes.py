"""No other process is seen, signalled, read or outlived."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from escape_trials import IS_ROOT, Trial, system_call
from prodwright.adapters.sandbox import Unconfined
from prodwright.adapters.sandbox.system_calls import REFUSED

pytestmark = pytest.mark.slow

PTRACE = REFUSED["ptrace"][0 if os.uname().machine == "x86_64" else 1]
SEIZE = 0x4206
HEARTBEAT = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for _ in range(16):
            open('heartbeat', 'a').write('x')
            time.sleep(0.05)
        os._exit(0)
    os._exit(0)
os.wait()
"""


@pytest.fixture
def sibling() -> Iterator[int]:
    """Yield the process id of somebody with a secret in the environment."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", "input()"],
        stdin=subprocess.PIPE,
        env={"ESCAPED": "1"},
    )
    yield process.pid
    process.communicate(b"\n")


def test_another_process_is_not_signalled(trial: Trial, sibling: int) -> None:
    trial.holds(f"import os; os.kill({sibling}, 0); print('ESCAPED')")


def test_we_are_not_signalled(trial: Trial) -> None:
    trial.holds(f"import os; os.kill({os.getpid()}, 0); print('ESCAPED')")


def test_not_every_process_is_signalled_at_once(trial: Trial, sibling: int) -> None:
    """No control: it would end everything on this machine."""
    trial.run("import os, signal; os.kill(-1, signal.SIGTERM)")

    os.kill(sibling, 0)


def test_another_process_is_not_seen(namespaced: Trial, sibling: int) -> None:
    namespaced.holds(
        f"import os; print('ESCAPED' if os.path.exists('/proc/{sibling}') else '')"
    )


def test_variables_of_another_process_are_not_read(trial: Trial, sibling: int) -> None:
    trial.holds(f"print(open('/proc/{sibling}/environ').read())")


def test_memory_of_another_process_is_not_opened(trial: Trial, sibling: int) -> None:
    trial.holds(f"open('/proc/{sibling}/mem', 'rb'); print('ESCAPED')")


def test_the_root_of_another_process_is_no_way_out(trial: Trial, sibling: int) -> None:
    trial.holds(f"print(open('/proc/{sibling}/root{trial.victim}/secret').read())")


def test_another_process_is_not_traced(trial: Trial, sibling: int) -> None:
    trial.holds(system_call(PTRACE, SEIZE, sibling, 0, 0), control=IS_ROOT)


def test_priority_of_another_process_is_not_changed(trial: Trial, sibling: int) -> None:
    trial.holds(
        f"import os; os.setpriority(os.PRIO_PROCESS, {sibling}, 1); print('ESCAPED')"
    )


def test_a_child_that_leaves_group_and_session_does_not_outlive_the_run(
    trial: Trial,
) -> None:
    def beats_on() -> bool:
        before = (trial.folder / "heartbeat").stat().st_size
        time.sleep(0.3)
        return (trial.folder / "heartbeat").stat().st_size > before

    trial.run(HEARTBEAT + "time.sleep(0.2)", Unconfined())
    assert beats_on()
    time.sleep(0.6)

    trial.run(HEARTBEAT + "time.sleep(0.2)")
    assert not beats_on()


def test_a_child_does_not_outlive_a_run_that_is_ended(trial: Trial) -> None:
    done = trial.run(HEARTBEAT + "time.sleep(60)", timeout_seconds=0.5)
    before = (trial.folder / "heartbeat").stat().st_size
    time.sleep(0.3)

    assert done.timed_out
    assert (trial.folder / "heartbeat").stat().st_size == before


def test_ignoring_signals_does_not_help(trial: Trial) -> None:
    done = trial.run(
        "import signal, time\n"
        "for each in {*signal.Signals} - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(each, signal.SIG_IGN)\n"
        "time.sleep(60)",
        timeout_seconds=0.5,
    )

    assert done.timed_out


def test_our_environment_is_not_passed_on(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRODWRIGHT_TEST_SECRET", "ESCAPED")
    code = "import os; print(os.environ.get('PRODWRIGHT_TEST_SECRET'))"
    shown = [sys.executable, "-c", code]
    assert "ESCAPED" in subprocess.check_output(shown, text=True)

    trial.refused(code)


def test_the_process_that_starts_it_has_no_environment_to_read(trial: Trial) -> None:
    trial.refused(
        "import os\n"
        "for each in filter(str.isdigit, os.listdir('/proc')):\n"
        "    told = open(f'/proc/{each}/environ').read()\n"
        "    print('ESCAPED' if 'HOME=/root' in told or 'PYTEST' in told else '')"
    )


def test_descriptors_of_ours_are_not_passed_on(trial: Trial) -> None:
    code = (
        "import os\n"
        "for each in range(3, 100):\n"
        "    try: os.fstat(each); print('ESCAPED', each)\n"
        "    except OSError: pass"
    )
    with (trial.victim / "secret").open() as file:
        os.dup2(file.fileno(), 90)
        shown = [sys.executable, "-c", code]
        assert "ESCAPED" in subprocess.check_output(shown, text=True, close_fds=False)
        trial.refused(code)
        os.close(90)


def test_the_standard_input_is_empty(trial: Trial) -> None:
    """Ours would be read, or a prompt would wait for ever."""
    done = trial.run("import sys; print('ESCAPED' if sys.stdin.read() else 'nothing')")

    assert done.output == "nothing\n"


def test_there_is_no_terminal_to_ask(trial: Trial) -> None:
    trial.refused("open('/dev/tty'); print('ESCAPED')")
