"""Inside the sandbox: a loopback port that leads to the proxy outside.

Run by itself, so it imports nothing of ours:

    python -I -S forwarding.py SOCKET PORT COMMAND...
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading


def main(path: str, port: int, command: list[str]) -> int:
    """Run `command` and forward connections until it ends; return its exit code."""
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    child = os.fork()
    if child == 0:
        listener.close()
        os.execvp(command[0], command)  # noqa: S606 - that is what a sandbox is for
    threading.Thread(target=accept, args=(listener, path), daemon=True).start()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def accept(listener: socket.socket, path: str) -> None:
    """Join each connection to one of its own to the proxy."""
    while True:
        client, _ = listener.accept()
        proxy = socket.socket(socket.AF_UNIX)
        try:
            proxy.connect(path)
        except OSError:
            client.close()
            continue
        for pair in ((client, proxy), (proxy, client)):
            threading.Thread(target=pour, args=pair, daemon=True).start()


def pour(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what `source` sends, and that it has ended."""
    try:
        while chunk := source.recv(1 << 16):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for side in (source, sink):  # closing would not wake the other direction
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    # prodwright: allow unchecked-argument -- only our own sandbox starts this
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
