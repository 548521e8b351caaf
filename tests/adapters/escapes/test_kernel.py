"""Privileges are not gained, and the kernel's wider doors are shut."""

from __future__ import annotations

import os
import shutil

import pytest

from escape_trials import IS_ROOT, Trial, system_call
from prodwright.adapters.sandbox import Unconfined
from prodwright.adapters.sandbox.system_calls import REFUSED

pytestmark = pytest.mark.slow

COLUMN = 0 if os.uname().machine == "x86_64" else 1
NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000


def number(name: str) -> int:
    return REFUSED[name][COLUMN]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("add_key", (0, 0, 0, 0, 0)),
        ("bpf", (0, 0, 0)),
        ("finit_module", (-1, 0, 0)),
        ("fsopen", (0, 0)),
        ("init_module", (0, 0, 0)),
        ("io_uring_setup", (0, 0)),
        ("kexec_load", (-1, -1, 0, -1)),
        ("keyctl", (0, -3, 0, 0, 0)),
        ("mount", (0, 0, 0, 0, 0)),
        ("move_mount", (-1, 0, -1, 0, 0)),
        ("open_by_handle_at", (-1, 0, 0)),
        ("perf_event_open", (0, 0, -1, -1, 0)),
        ("pivot_root", (0, 0)),
        ("process_vm_readv", (1, 0, 0, 0, 0, -1)),
        ("reboot", (0, 0, 0, 0)),
        ("setns", (-1, 0)),
        ("swapon", (0, 0)),
        ("umount2", (0, 0)),
        ("userfaultfd", (-1,)),
    ],
)
def test_the_kernel_does_not_look_into_a_call(
    trial: Trial, name: str, arguments: tuple[int, ...]
) -> None:
    """Arguments are wrong on purpose: the control is that the kernel says so."""
    trial.holds(system_call(number(name), *arguments), control=False)


def test_nothing_is_mounted(trial: Trial) -> None:
    trial.holds(
        f"""
import ctypes, os
libc = ctypes.CDLL(None); place = b'{trial.folder}/mounted'
os.makedirs(place, exist_ok=True)
if libc.mount(b'none', place, b'tmpfs', 0, 0) == 0:
    libc.umount2(place, 2); print('ESCAPED')
""",
        control=IS_ROOT,
    )


def test_the_root_folder_is_not_changed(trial: Trial) -> None:
    trial.holds("import os; os.chroot('.'); print('ESCAPED')", control=IS_ROOT)


@pytest.mark.parametrize("kind", [NEW_USER, NEW_USER | NEW_MOUNTS])
def test_no_namespace_is_made_to_become_root_in(trial: Trial, kind: int) -> None:
    trial.holds(system_call(number("unshare"), kind), control=IS_ROOT)


def test_a_setuid_program_gains_nothing(trial: Trial) -> None:
    """The control becomes the program's owner."""
    if not IS_ROOT:
        pytest.skip("only root can make a program that belongs to somebody else")
    program = trial.folder / "id"
    shutil.copy("/usr/bin/id", program)
    os.chown(program, 65534, 65534)
    program.chmod(0o4755)
    code = "import subprocess; print(subprocess.check_output(['./id', '-un']))"

    assert "nobody" in trial.run(code, Unconfined()).output
    assert "nobody" not in trial.run(code).output


def test_no_capability_is_held(trial: Trial) -> None:
    code = (
        "import ctypes; libc = ctypes.CDLL(None)\n"
        "print('ESCAPED' if any(libc.prctl(23, n, 0, 0, 0) == 1 for n in range(40))"
        " else 'none')"
    )
    trial.holds(code, control=IS_ROOT)


def test_privileges_can_never_be_gained_again(trial: Trial) -> None:
    done = trial.run("import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))")

    assert done.output == "1\n"  # PR_GET_NO_NEW_PRIVS


def test_no_input_is_pushed_into_a_terminal(trial: Trial) -> None:
    trial.holds(
        """
import fcntl, os, pty, termios
child, _ = pty.fork()
if child == 0:
    try: fcntl.ioctl(0, termios.TIOCSTI, b'x'); os._exit(0)
    except OSError: os._exit(1)
_, status = os.waitpid(child, 0)
print('ESCAPED' if status == 0 else 'refused')
""",
        control=IS_ROOT,
    )


def test_the_clock_of_this_machine_is_not_set(trial: Trial) -> None:
    """No control: it would set the clock."""
    trial.refused(
        "import time; time.clock_settime(time.CLOCK_REALTIME, time.time());"
        " print('ESCAPED')"
    )


def test_the_name_of_this_machine_is_not_read(namespaced: Trial) -> None:
    name = os.uname().nodename
    namespaced.holds(
        f"import os; print('ESCAPED' if os.uname().nodename == '{name}' else '')"
    )


def test_every_call_of_the_filter_is_refused(namespaced: Trial) -> None:
    """No control: among them are some that would do harm with any argument."""
    wanted = {name: row[COLUMN] for name, row in REFUSED.items() if row[COLUMN] >= 0}
    done = namespaced.run(
        f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {wanted!r}.items():
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
    if result != -1 or ctypes.get_errno() != errno.EPERM:
        print(name, 'is not refused')
print('asked')
"""
    )

    assert done.output == "asked\n"
