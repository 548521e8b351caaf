"""Whatever it wants much of, it gets so much of and no more.

The control of each is the same code with room enough, in the same sandbox.
"""

from __future__ import annotations

import pytest

from escape_trials import Trial, has_escaped
from prodwright.adapters.sandbox import Completed

pytestmark = pytest.mark.slow

BOMB = """
import os, time
for _ in range(8):
    try: os.fork()
    except OSError: pass
time.sleep(0.6)
file = os.open('born', os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(file, b'x')
try:
    while True: os.wait()
except ChildProcessError: pass
"""
HUNGER = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        own = bytearray(100_000_000)
        time.sleep(1)
        os._exit(0)
for _ in range(5):
    os.wait()
print('ESCAPED')
"""
BUSY = """
import os, time
os.fork()
end = time.process_time() + 1.5
while time.process_time() < end: pass
print('ESCAPED')
"""
# Each fills a disk in its own way, then waits to be seen.
FILLS = {
    "many files": """
for each in range(8): open(f'fill{each}', 'wb').write(bytes(1_000_000))
""",
    "a file without a name": """
file = open('fill', 'wb'); os.remove('fill')
other = open('more', 'wb'); os.remove('more')
for each in range(8): (file, other)[each % 2].write(bytes(1_000_000))
file.flush(); other.flush()
""",
    "empty files": """
os.mkdir('fill')
for each in range(1_500): os.mknod(f'fill/{each}')
""",
    "folders deeper than a path can say": """
for each in range(60): os.mkdir('d' * 100); os.chdir('d' * 100)
""",
}


def is_held(done: Completed) -> bool:
    return not has_escaped(done)


def test_a_fork_bomb_is_bounded(trial: Trial) -> None:
    trial.run(BOMB, processes=1_000)
    free = (trial.folder / "born").stat().st_size
    (trial.folder / "born").unlink()
    held = trial.run(BOMB, processes=60)
    born = trial.folder / "born"

    assert free == 256
    assert held.exceeded == "processes" or born.stat().st_size <= 60


def test_threads_are_counted_too(namespaced: Trial) -> None:
    """The kernel refuses them, or the watch ends all, which is slower."""
    code = (
        "import threading, time\n"
        "for _ in range(100): threading.Thread(target=time.sleep, args=(1,)).start()\n"
    )
    held = namespaced.run(code, processes=60)

    assert namespaced.run(code, processes=1_000).code == 0
    assert held.exceeded == "processes" or "can't start new thread" in held.output


def test_memory_of_many_processes_is_bounded(trial: Trial) -> None:
    free = trial.run(HUNGER, memory_bytes=2_000_000_000)
    held = trial.run(HUNGER, memory_bytes=300_000_000)

    assert not is_held(free)
    assert held.exceeded == "memory"


def test_memory_that_forked_processes_share_is_counted_once(trial: Trial) -> None:
    """Otherwise an honest run would be ended."""
    code = f"import os, time; own = bytearray(100_000_000)\n{HUNGER}".replace(
        "own = bytearray(100_000_000)\n        ", ""
    )

    assert not is_held(trial.run(code, memory_bytes=400_000_000))


def test_memory_of_one_process_is_bounded(trial: Trial) -> None:
    code = "own = bytearray(500_000_000); print('ESCAPED')"

    assert not is_held(trial.run(code))
    assert "MemoryError" in trial.run(code, memory_bytes=400_000_000).output


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.memfd_create('x'); print('ESCAPED')",
        (
            "import ctypes; libc = ctypes.CDLL(None); at = libc.shmget(0, 50_000_000,"
            " 0o1600); print('ESCAPED' if at >= 0 else ''); libc.shmctl(at, 0, 0)"
        ),
    ],
    ids=["memfd", "System V"],
)
def test_memory_that_belongs_to_no_process_is_not_given(
    trial: Trial, code: str
) -> None:
    trial.holds(code)


def test_processor_time_is_bounded(trial: Trial) -> None:
    free = trial.run(BUSY)
    held = trial.run(BUSY, cpu_seconds=0.8)

    assert not is_held(free)
    assert held.exceeded == "cpu" or held.code != 0


@pytest.mark.parametrize("way", FILLS)
def test_the_disk_is_not_filled(trial: Trial, way: str) -> None:
    code = f"import os, time{FILLS[way]}time.sleep(1.3); print('ESCAPED')"
    if way != "folders deeper than a path can say":
        assert not is_held(trial.run(code))
        remove(trial)
    held = trial.run(code, disk_bytes=5_000_000)
    remove(trial)

    assert held.exceeded == "disk"


def test_what_is_written_at_the_very_end_counts(trial: Trial) -> None:
    done = trial.run(f"import os{FILLS['empty files']}", disk_bytes=5_000_000)
    remove(trial)

    assert done.exceeded == "disk"


def remove(trial: Trial) -> None:
    import shutil

    for each in trial.folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


@pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
def test_folders_in_memory_are_not_filled(namespaced: Trial, place: str) -> None:
    code = (
        f"file = open('{place}/fill', 'wb')\n"
        "for _ in range(10): file.write(bytes(1_000_000))\n"
        "file.flush(); print('ESCAPED')"
    )

    assert not is_held(namespaced.run(code))
    assert "No space left" in namespaced.run(code, scratch_bytes=5_000_000).output


def test_a_single_file_is_bounded_by_the_kernel(trial: Trial) -> None:
    code = "open('fill', 'wb').write(bytes(20_000_000)); print('ESCAPED')"

    assert not is_held(trial.run(code))
    assert "too large" in trial.run(code, disk_bytes=5_000_000).output


def test_time_is_bounded(trial: Trial) -> None:
    done = trial.run("import time; time.sleep(60)", timeout_seconds=0.5)

    assert done.timed_out
    assert done.broken_off


def test_what_ends_within_its_limits_is_not_broken_off(trial: Trial) -> None:
    assert not trial.run("print('done')").broken_off


def test_a_flood_of_output_is_cut_and_does_not_hold_up_the_clock(trial: Trial) -> None:
    done = trial.run("while True: print('x' * 100_000)", timeout_seconds=1.0)

    assert done.timed_out
    assert len(done.output) < 5_000_000


def test_output_that_is_closed_does_not_end_the_watch(trial: Trial) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(60)"

    assert trial.run(code, timeout_seconds=0.5).timed_out
