"""Calls of libraries that block, wait for others, or open what must be closed."""

from __future__ import annotations

_VERBS = ("get", "post", "put", "patch", "delete", "head", "request")
_CLIENTS = ("requests", "requests.Session", "httpx", "httpx.Client")

# They reach another machine, and take as long as that pleases.
NETWORK = frozenset(
    {
        "urllib.request.urlopen",
        "smtplib.SMTP",
        "socket.create_connection",
        *(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS),
    }
)
SLEEPS = frozenset({"time.sleep"})
# They hold up the thread that calls them, and with it an event loop.
BLOCKING = (
    NETWORK
    | SLEEPS
    | {
        "os.system",
        "os.wait",
        "os.waitpid",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "input",
    }
) - {"smtplib.SMTP"}
# What they return holds a descriptor until it is closed.
OPENERS = frozenset(
    {
        "open",
        "io.open",
        "gzip.open",
        "bz2.open",
        "lzma.open",
        "codecs.open",
        "tarfile.open",
        "zipfile.ZipFile",
        "socket.create_connection",
        "os.popen",
    }
)
CHANGING = frozenset(
    {
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "update",
        "setdefault",
        "sort",
        "reverse",
        "add",
        "discard",
        "intersection_update",
        "difference_update",
    }
)
