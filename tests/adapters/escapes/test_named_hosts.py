"""Named hosts are reached, and nobody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from escape_trials import Trial
from prodwright.adapters.sandbox import Sandlock
from prodwright.adapters.sandbox.host_proxy import open_proxy
from prodwright.core.errors import ConfigurationInvalid, SandboxUnavailable

pytestmark = pytest.mark.slow


class Registry(BaseHTTPRequestHandler):
    """Answers with the path and the host it was asked for."""

    def do_GET(self) -> None:
        told = f"reached {self.path} of {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[int]:
    """Yield the port of a server on the loopback of this machine."""
    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def asking(request: str) -> str:
    """Return code that sends the proxy one request and prints its answer."""
    sent = request.replace("\n", "\r\n").encode()
    return f"""
import os, socket
place = os.environ['http_proxy'].removeprefix('http://').split(':')
s = socket.create_connection((place[0], int(place[1])), 5)
s.sendall({sent!r})
while chunk := s.recv(4096): print(chunk.decode(), end='')
"""


def test_a_named_host_is_reached_through_a_tunnel(
    namespaced: Trial, registry: int
) -> None:
    place = f"127.0.0.1:{registry}"
    code = asking(
        f"CONNECT {place} HTTP/1.1\n\nGET /through HTTP/1.1\nHost: a\n"
        "Connection: close\n\n"
    )

    done = namespaced.run(code, hosts=(place,))

    assert "200 Connection established" in done.output
    assert "reached /through of a" in done.output
    assert done.refused == ()


def test_a_named_host_is_reached_by_clients_as_they_are(
    namespaced: Trial, registry: int
) -> None:
    code = (
        "import os, urllib.request; del os.environ['no_proxy'];"
        f" del os.environ['NO_PROXY'];"
        f" print(urllib.request.urlopen('http://localhost:{registry}/x').read())"
    )

    done = namespaced.run(code, hosts=(f"localhost:{registry}",))

    assert f"reached /x of localhost:{registry}" in done.output


def test_the_request_cannot_name_another_host_in_a_field(
    namespaced: Trial, registry: int
) -> None:
    place = f"127.0.0.1:{registry}"
    code = asking(f"GET http://{place}/x HTTP/1.1\nHost: other\n\n")

    assert f"of {place}" in namespaced.run(code, hosts=(place,)).output


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1:{other}",
        "localhost:{port}",
        "127.0.0.1.:1",
        "127.1:{port}",
        "2130706433:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "[::ffff:127.0.0.1]:{port}",
        "169.254.169.254:80",
        "example.com:443",
    ],
)
def test_a_host_that_is_not_named_is_refused_and_told(
    namespaced: Trial, registry: int, target: str
) -> None:
    """Also where it is another spelling of a named one."""
    asked = target.format(port=registry, other=registry + 1)
    code = asking(f"CONNECT {asked} HTTP/1.1\n\n")

    done = namespaced.run(code, hosts=(f"127.0.0.1:{registry}",))

    assert "403" in done.output
    assert len(done.refused) == 1


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /relative HTTP/1.1",
        "GET ftp://127.0.0.1/ HTTP/1.1",
        "GET http://named@127.0.0.1/ HTTP/1.1",
        "CONNECT 127.0.0.1:99999 HTTP/1.1",
        "CONNECT 127.0.0.1:-1 HTTP/1.1",
        "CONNECT",
        "\x1b]0;x\x07 a b",
    ],
)
def test_a_request_that_is_none_is_refused(
    namespaced: Trial, request_line: str
) -> None:
    done = namespaced.run(asking(f"{request_line}\n\n"), hosts=("127.0.0.1",))

    assert "403" in done.output
    assert "\x1b" not in "".join(done.refused)


def test_a_named_host_that_leads_to_this_machine_is_refused(
    monkeypatch: pytest.MonkeyPatch, registry: int
) -> None:
    """Whoever owns a name decides what it leads to, at any moment."""
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", registry))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)

    place = f"evil.example:{registry}"
    with open_proxy([place]) as proxy, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(proxy.folder / "proxy"))
        client.sendall(f"CONNECT {place} HTTP/1.1\r\n\r\n".encode())
        answered = client.recv(100)

    assert b"403" in answered
    assert "not a public address" in proxy.refused[0]


def test_a_named_host_that_does_not_answer_is_no_refusal(namespaced: Trial) -> None:
    code = asking("CONNECT 127.0.0.1:1 HTTP/1.1\n\n")

    done = namespaced.run(code, hosts=("127.0.0.1:1",))

    assert "502" in done.output
    assert done.refused == ()


def test_a_request_without_an_end_is_given_up(namespaced: Trial) -> None:
    code = asking("A" * 40_000)

    assert namespaced.run(code, hosts=("127.0.0.1",), timeout_seconds=10.0).code == 0


def test_without_named_hosts_there_is_no_proxy(namespaced: Trial) -> None:
    namespaced.refused(
        "import os; print('ESCAPED' if os.path.exists('/run/prodwright') else '')"
    )


def test_everything_around_the_proxy_is_as_closed_as_before(
    namespaced: Trial, registry: int
) -> None:
    """No control: the other tests show that the port is open."""
    namespaced.refused(
        f"import socket; socket.create_connection(('127.0.0.1', {registry}), 2);"
        " print('ESCAPED')",
        hosts=("example.com",),
    )


def test_the_exit_code_is_that_of_the_command(namespaced: Trial) -> None:
    assert namespaced.run("raise SystemExit(7)", hosts=("example.com",)).code == 7


@pytest.mark.parametrize("host", ["", ":443", "a:b", "a:70000", "::1"])
def test_a_host_that_means_nothing_is_an_error_of_the_caller(
    namespaced: Trial, host: str
) -> None:
    with pytest.raises(ConfigurationInvalid, match="names no host"):
        namespaced.run("", hosts=(host,))


def test_sandlock_refuses_what_it_cannot_keep(trial: Trial) -> None:
    with pytest.raises(SandboxUnavailable, match="named hosts"):
        trial.run("", Sandlock(), hosts=("example.com",))
