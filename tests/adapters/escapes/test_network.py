"""Nobody is reached over any kind of socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from escape_trials import IS_ROOT, Trial

pytestmark = pytest.mark.slow


@pytest.fixture
def listener() -> Iterator[int]:
    """Yield the port of a service of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_service_on_the_loopback_of_this_machine_is_not_reached(
    trial: Trial, listener: int
) -> None:
    trial.holds(
        f"import socket; socket.create_connection(('127.0.0.1', {listener}), 2);"
        " print('ESCAPED')"
    )


def test_no_datagram_reaches_this_machine(trial: Trial) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.3)
        port = server.getsockname()[1]
        code = (
            "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
            f" s.sendto(b'x', ('127.0.0.1', {port})); print('sent')"
        )
        trial.holds(code, control=False)
        assert server.recv(10) == b"x"  # by the control
        with pytest.raises(TimeoutError):
            server.recv(10)


def test_an_address_of_this_machine_is_not_reached(trial: Trial) -> None:
    """Not only the loopback: services often listen on every address."""
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        address = socket.gethostbyname(socket.gethostname())
        trial.holds(
            f"import socket; socket.create_connection(('{address}', {port}), 2);"
            " print('ESCAPED')",
            control=False,
        )


def test_nobody_far_away_is_reached(trial: Trial) -> None:
    """192.0.2.1 stands in documents only (RFC 5737), so there is no control."""
    trial.refused(
        "import socket; socket.create_connection(('192.0.2.1', 80), 2);"
        " print('ESCAPED')"
    )


def test_no_name_is_resolved(trial: Trial) -> None:
    trial.holds(
        "import socket; socket.getaddrinfo('example.com', 80); print('ESCAPED')",
        control=False,  # where there is no network
    )


def test_an_abstract_socket_of_this_machine_is_not_reached(trial: Trial) -> None:
    """It has no file, so no mount hides it."""
    name = f"prodwright-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        trial.holds(
            "import socket; s = socket.socket(socket.AF_UNIX);"
            f" s.connect('\\0{name}'); print('ESCAPED')"
        )


def test_a_socket_in_the_file_system_is_not_reached(trial: Trial) -> None:
    """As those of dbus, docker and agents for keys are."""
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(trial.victim)
        server.bind("docker.sock")
        server.listen()
        trial.holds(
            "import os, socket; s = socket.socket(socket.AF_UNIX);"
            f" s.connect('{trial.victim}/docker.sock'); print('ESCAPED')"
        )


@pytest.mark.parametrize("place", ["/var/run/docker.sock", "/run/dbus", "/run/user"])
def test_services_of_this_machine_are_not_there(namespaced: Trial, place: str) -> None:
    namespaced.holds(f"import os; os.stat('{place}'); print('ESCAPED')", control=False)


@pytest.mark.parametrize(
    ("family", "kind", "protocol"),
    [
        ("AF_INET", "SOCK_RAW", "IPPROTO_ICMP"),
        ("AF_INET6", "SOCK_RAW", "IPPROTO_ICMPV6"),
        ("AF_PACKET", "SOCK_RAW", "IPPROTO_IP"),
    ],
)
def test_no_raw_packet_is_sent(
    trial: Trial, family: str, kind: str, protocol: str
) -> None:
    trial.holds(
        f"from socket import *; socket({family}, {kind}, {protocol}); print('ESCAPED')",
        control=IS_ROOT,
    )


@pytest.mark.parametrize("family", ["AF_VSOCK", "AF_ALG", "AF_CAN", "AF_BLUETOOTH"])
def test_a_family_that_knows_no_namespace_is_not_opened(
    trial: Trial, family: str
) -> None:
    """AF_VSOCK reaches the host of a virtual machine from any namespace."""
    kind = "SOCK_SEQPACKET" if family == "AF_ALG" else "SOCK_STREAM"
    kind = "SOCK_RAW" if family in ("AF_CAN", "AF_BLUETOOTH") else kind
    trial.holds(
        f"from socket import *; socket({family}, {kind}, 0); print('ESCAPED')",
        control=False,  # where the kernel has no such family
    )


def test_its_own_loopback_works(namespaced: Trial) -> None:
    done = namespaced.run(
        "import socket; s = socket.create_server(('localhost', 0));"
        " socket.create_connection(s.getsockname(), 2); print('reached')"
    )

    assert done.output == "reached\n"
