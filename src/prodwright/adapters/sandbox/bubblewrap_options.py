"""What bubblewrap is told: namespaces, what is seen where, and variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from prodwright.adapters.files import is_inside
from prodwright.adapters.sandbox.errand import Errand

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl",
)
# Files of /proc that root may read and that tell of the whole machine.
_TELLTALES = (
    "kallsyms",
    "kcore",
    "key-users",
    "keys",
    "kpagecgroup",
    "kpagecount",
    "kpageflags",
    "sched_debug",
    "timer_list",
    "vmallocinfo",
)
_NAMESPACES = (
    "--unshare-user",
    "--unshare-all",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--clearenv",
    "--cap-drop",
    "ALL",
    "--hostname",
    "sandbox",
    "--uid",
    "1000",
    "--gid",
    "1000",
)
# Some programs refuse root; others look themselves, or `localhost`, up.
OWN_FILES = {
    "/etc/passwd": "root:x:0:0::/:/bin/sh\nsandbox:x:1000:1000::/tmp:/bin/sh\n",
    "/etc/group": "root:x:0:\nsandbox:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
}
PROXY_FOLDER = Path("/run/prodwright")
PROXY_PORT = 3128  # on its own loopback, so it is never taken


def options(
    errand: Errand, own_files: Mapping[str, int], proxy_folder: Path | None
) -> list[str]:
    """Return bubblewrap's options for `errand`.

    Args:
        errand: The command and what it may reach.
        own_files: Descriptors with the content of `OWN_FILES`, by path.
        proxy_folder: Holds the socket to named hosts.
    """
    words = [*_NAMESPACES, *_private(errand.scratch_bytes), *_system(errand)]
    for place, descriptor in own_files.items():
        words += ["--ro-bind-data", str(descriptor), place]
    if proxy_folder is not None:
        words += ["--ro-bind", str(proxy_folder), str(PROXY_FOLDER)]
    for folder in errand.own_folders:
        words += ["--bind", str(folder), str(folder)]
    for path in _protected(errand):
        words += ["--ro-bind", str(path), str(path)]
    for path in filter(partial(_is_own, errand), errand.hidden):
        words += _covered(path)
    words += ["--remount-ro", "/", "--chdir", str(errand.folder)]
    for name, value in _variables(errand).items():
        words += ["--setenv", name, value]
    return words


def _private(size: int) -> list[str]:
    """Folders in memory, bounded; bubblewrap leaves /dev writable without bound."""
    shared = ["--size", str(size), "--tmpfs", "/dev/shm"]  # noqa: S108 - its own
    scratch = ["--size", str(size), "--tmpfs", "/tmp"]  # noqa: S108 - its own
    devices = ["--dev", "/dev", *shared, "--remount-ro", "/dev"]
    return [*_processes(), *devices, *scratch]


def _processes() -> list[str]:
    """/proc, read-only: the kernel's settings in it belong to root, as we may."""
    words = ["--proc", "/proc"]
    for name in _TELLTALES:
        if Path("/proc", name).exists():
            words += ["--ro-bind", "/dev/null", f"/proc/{name}"]
    return [*words, "--remount-ro", "/proc"]


def _system(errand: Errand) -> list[str]:
    interpreter = (Path(sys.base_prefix), Path(sys.prefix))
    places = (*map(Path, (*_SYSTEM, *_SETTINGS)), *interpreter, *errand.readable)
    words = []
    for place in dict.fromkeys(places):
        words += ["--ro-bind-try", str(place), str(place)]
    return words


def _protected(errand: Errand) -> list[Path]:
    """Return what may only be read."""
    repositories = tuple(folder / ".git" for folder in errand.own_folders)
    paths = (*repositories, *errand.read_only)
    return [path for path in paths if _is_own(errand, path)]


def _is_own(errand: Errand, path: Path) -> bool:
    """Tell whether it is there, and no link would lead a mount out of the folder."""
    if path.is_symlink() or not path.exists():
        return False
    return any(is_inside(path, folder) for folder in errand.own_folders)


def _covered(path: Path) -> list[str]:
    if path.is_dir():
        return ["--size", "4096", "--tmpfs", str(path), "--remount-ro", str(path)]
    return ["--ro-bind", "/dev/null", str(path)]


def _variables(errand: Errand) -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 - its own
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **(_proxy_variables() if errand.hosts else {}),
        **errand.environment,
    }


def _proxy_variables() -> dict[str, str]:
    place = f"http://127.0.0.1:{PROXY_PORT}"
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    own = "localhost,127.0.0.1,::1"
    return {**dict.fromkeys(names, place), "no_proxy": own, "NO_PROXY": own}
