"""A package registry on the loopback, whose wheels are made for the test."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "somebody", "registry-password-4711"
_LOGIN = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def wheel(
    name: str,
    version: str = "1.0",
    needs: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
) -> tuple[str, bytes]:
    """Return the name and the content of a wheel."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {each}" for each in needs]
    held = {
        **({f"{module}.py": "ANSWER = 42\n"} if files is None else files),
        f"{info}/METADATA": "\n".join([*metadata, "", ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*held, f"{info}/RECORD"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in {**held, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return f"{module}-{version}-py3-none-any.whl", content.getvalue()


def source_archive(name: str, program: str) -> tuple[str, bytes]:
    """Return an archive that runs `program` when it is built."""
    held = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
        'backend-path = ["."]\n',
        "backend.py": program,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for path, text in held.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return f"{name}-1.0.tar.gz", content.getvalue()


@dataclass
class Index:
    """What the registry has, and what it was asked for.

    Attributes:
        port: Of the loopback.
        archives: By file name.
        asked: Paths, in order.
    """

    port: int = 0
    archives: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        """The settings of a user of this registry and no other."""
        address = f"http://{USER}:{PASSWORD}@{self.place}/simple"
        none = dict.fromkeys(("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"), "")
        return {"PIP_INDEX_URL": address, "PIP_CONFIG_FILE": "/dev/null", **none}

    def add(self, *archives: tuple[str, bytes]) -> None:
        self.archives.update(archives)

    def page(self, name: str) -> str:
        """Return the page of one project, PEP 503."""
        links = [
            f'<a href="/files/{file}#sha256={hashlib.sha256(content).hexdigest()}">'
            f"{file}</a>"
            for file, content in self.archives.items()
            if file.replace("_", "-").startswith(f"{name}-")
        ]
        return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>"


@contextmanager
def serving() -> Iterator[Index]:
    """Serve an empty registry that wants a name and a password."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            if self.headers["Authorization"] != _LOGIN and "/open/" not in self.path:
                self._answer(401, b"", "WWW-Authenticate", 'Basic realm="test"')
                return
            kind, _, name = self.path.strip("/").partition("/")
            if kind == "simple":
                told = index.page(name).encode()
                self._answer(200, told, "Content-Type", "text/html")
            else:
                content = index.archives.get(self.path.rpartition("/")[2])
                found = 404 if content is None else 200
                self._answer(found, content or b"", "Content-Type", "x/y")

        def _answer(self, code: int, content: bytes, name: str, value: str) -> None:
            self.send_response(code)
            self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        index.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield index
        server.shutdown()
