"""Nothing outside its folders is read or written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from escape_trials import IS_ROOT, Trial
from prodwright.adapters.sandbox import Unconfined

pytestmark = pytest.mark.slow

INTERPRETER = (Path(sys.prefix), Path(sys.base_prefix))


def test_a_file_beside_the_folder_is_not_written(trial: Trial) -> None:
    trial.holds(f"open('{trial.victim}/new', 'w').write('x'); print('ESCAPED')")

    assert (trial.victim / "new").exists()  # by the control


def test_a_path_with_dots_leads_nowhere_else(trial: Trial) -> None:
    trial.holds("open('../victim/dots', 'w').write('x'); print('ESCAPED')")


def test_a_file_beside_the_folder_is_not_read(trial: Trial) -> None:
    trial.holds(f"print(open('{trial.victim}/secret').read())")


def test_a_file_beside_the_folder_is_not_removed(trial: Trial) -> None:
    trial.holds(f"import os; os.remove('{trial.victim}/secret'); print('ESCAPED')")


def test_the_home_folder_is_not_read(trial: Trial) -> None:
    """But for what an interpreter that is installed there needs."""
    home = Path.home()
    needed = [each.parts[: len(home.parts) + 1][-1] for each in INTERPRETER]
    trial.holds(
        f"import os; print('ESCAPED' if {{*os.listdir({str(home)!r})}} - {{*{needed}}}"
        " else '')",
        control=bool({each.name for each in home.iterdir()} - {*needed}),
    )


def test_a_symbolic_link_leads_nowhere_else(trial: Trial) -> None:
    trial.holds(
        f"import os; os.symlink('{trial.victim}/secret', 'link')"
        " if not os.path.lexists('link') else 0; print(open('link').read())"
    )


def test_a_hard_link_to_a_file_elsewhere_is_not_made(trial: Trial) -> None:
    trial.holds(
        f"import os; os.link('{trial.victim}/secret', 'hard'); os.remove('hard');"
        " print('ESCAPED')"
    )


def test_the_folder_is_not_exchanged_for_a_link(trial: Trial) -> None:
    """Whoever writes into it afterwards would write where the link leads."""
    away = f"{trial.folder}-away"
    trial.holds(
        f"import os; os.rename('{trial.folder}', '{away}');"
        f" os.symlink('{trial.victim}', '{trial.folder}'); print('ESCAPED');"
        f" os.remove('{trial.folder}'); os.rename('{away}', '{trial.folder}')"
    )


def test_a_race_of_renames_writes_nowhere_else(trial: Trial) -> None:
    """A thread swaps a folder and a link while another writes through the name."""
    race = f"""
import os, threading, time
os.makedirs('real', exist_ok=True)
def swap(end=time.monotonic() + 0.5):
    while time.monotonic() < end:
        for source in ('{trial.folder}/real', '{trial.victim}'):
            os.symlink(source, 'next'); os.replace('next', 'way')
thread = threading.Thread(target=swap); thread.start()
while thread.is_alive():
    try: open('way/raced', 'w').close()
    except OSError: pass
"""
    trial.run(race, Unconfined())
    (trial.victim / "raced").unlink()  # made by the control

    trial.run(race)

    assert (trial.folder / "real" / "raced").exists()
    assert not (trial.victim / "raced").exists()


@pytest.mark.parametrize(
    "place", ["/usr", "/etc", "/var", "/opt", "/root", "/run", "/home", "/"]
)
def test_the_system_is_not_written_to(trial: Trial, place: str) -> None:
    code = f"open('{place}/prodwright-escaped', 'w'); print('ESCAPED')"
    undo = f"import os; os.remove('{place}/prodwright-escaped')"

    trial.holds(f"{code}; {undo}", control=False)


def test_no_library_is_put_before_all_others(trial: Trial) -> None:
    """No control: it would work on the whole machine."""
    trial.refused("open('/etc/ld.so.preload', 'a'); print('ESCAPED')")


def test_password_hashes_are_not_read(trial: Trial) -> None:
    trial.holds(
        "print('ESCAPED' if open('/etc/shadow').read() else '')", control=IS_ROOT
    )


def test_accounts_of_this_machine_are_not_listed(namespaced: Trial) -> None:
    namespaced.holds("import pwd; print('ESCAPED' if len(pwd.getpwall()) > 2 else '')")


def test_no_device_is_made(trial: Trial) -> None:
    trial.holds(
        "import os, stat; os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0));"
        " os.remove('disk'); print('ESCAPED')",
        control=IS_ROOT,
    )


def test_there_are_no_disks_among_the_devices(namespaced: Trial) -> None:
    known = "null zero full random urandom tty console ptmx pts shm fd stdin stdout"
    namespaced.holds(
        "import os;"
        f" more = set(os.listdir('/dev')) - set('{known} stderr core'.split());"
        " print('ESCAPED' if more else '')"
    )


def test_nothing_is_put_among_the_devices(trial: Trial) -> None:
    trial.holds(
        "open('/dev/prodwright-escaped', 'w'); print('ESCAPED');"
        "import os; os.remove('/dev/prodwright-escaped')",
        control=IS_ROOT,
    )


def test_a_setting_of_the_kernel_is_not_written(trial: Trial) -> None:
    """The control writes back what is there."""
    place = "/proc/sys/vm/swappiness"
    trial.holds(
        f"now = open('{place}').read(); open('{place}', 'w').write(now);"
        " print('ESCAPED')",
        control=IS_ROOT,
    )


def test_the_handler_of_core_dumps_is_not_written(trial: Trial) -> None:
    place = "/proc/sys/kernel/core_pattern"
    trial.holds(
        f"now = open('{place}').read(); open('{place}', 'w').write(now);"
        " print('ESCAPED')",
        control=IS_ROOT,
    )


def test_devices_and_drivers_are_not_written_to(trial: Trial) -> None:
    """The control writes back what is there."""
    place = "/sys/kernel/profiling"
    trial.holds(
        f"import os; place = '{place}'; os.close(os.open(place, os.O_WRONLY));"
        " print('ESCAPED')",
        control=False,
    )


@pytest.mark.parametrize("name", ["sysrq-trigger", "irq/default_smp_affinity"])
def test_nothing_else_of_the_kernel_is_opened_for_writing(
    trial: Trial, name: str
) -> None:
    trial.holds(
        f"import os; os.open('/proc/{name}', os.O_WRONLY); print('ESCAPED')",
        control=False,  # where the kernel has no such file
    )


def test_the_environment_of_later_runs_is_not_written(trial: Trial) -> None:
    """`sitecustomize` and `.pth` files would run in every later run."""
    site = trial.victim / "lib" / "site-packages"
    site.mkdir(parents=True)
    code = (
        f"open('{site}/planted.pth', 'w').write('import os');"
        f" open('{site}/sitecustomize.py', 'w'); print('ESCAPED')"
    )

    trial.holds(code, readable=(trial.victim / "lib",))


def test_our_own_interpreter_is_not_written_to(trial: Trial) -> None:
    place = Path(sys.prefix) / "prodwright-escaped"
    trial.holds(
        f"open('{place}', 'w'); print('ESCAPED'); import os; os.remove('{place}')",
        control=IS_ROOT,
    )


def test_what_may_only_be_read_is_not_written(trial: Trial) -> None:
    (trial.folder / "kept").mkdir()
    trial.holds(
        "open('kept/new', 'w'); print('ESCAPED')",
        read_only=(trial.folder / "kept",),
    )


def test_what_may_only_be_read_is_not_moved_away(trial: Trial) -> None:
    (trial.folder / "kept").mkdir()
    trial.holds(
        "import os; os.rename('kept', 'away'); print('ESCAPED');"
        " os.rename('away', 'kept')",
        read_only=(trial.folder / "kept",),
    )


def test_what_is_hidden_is_not_read(trial: Trial) -> None:
    (trial.folder / "answers").write_text("ESCAPED")
    trial.holds("print(open('answers').read())", hidden=(trial.folder / "answers",))


def test_a_link_among_the_read_only_paths_shows_nothing(trial: Trial) -> None:
    """A mount would follow it, and show what it leads to."""
    (trial.folder / "kept").symlink_to(trial.victim)
    trial.holds("print(open('kept/secret').read())", read_only=(trial.folder / "kept",))


def test_names_of_any_kind_do_no_harm(trial: Trial) -> None:
    names = ["a\nb", "\x1b[2J", "-rf", "--", "$(touch x)", "\udcff", "x" * 255]
    trial.run(f"for name in {names!r}: open(name, 'w').close()")

    assert {each.name for each in trial.folder.iterdir()} == set(names)
