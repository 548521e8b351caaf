"""The filter of system calls decides as its table says, on both machines."""

from __future__ import annotations

import errno
import struct

import pytest

from prodwright.adapters.sandbox.system_calls import REFUSED, filter_program

X86, ARM = 0xC000003E, 0xC00000B7
MACHINES = {"x86_64": (0, X86), "aarch64": (1, ARM)}
ALLOWED = 0
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06


def decision(program: bytes, number: int, architecture: int, *arguments: int) -> int:
    """Run the filter as the kernel does; return the error that the call gets."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    steps = list(struct.iter_unpack("=HBBI", program))
    loaded, at = 0, 0
    while True:
        code, when_true, when_false, value = steps[at]
        if code == RETURN:
            return value & 0xFFFF if value >> 16 == 5 else ALLOWED
        at += 1
        if code == LOAD:
            (loaded,) = struct.unpack_from("=I", data, value)
        else:
            tests = {EQUAL: loaded == value, AT_LEAST: loaded >= value}
            tests[ANY_BIT] = bool(loaded & value)
            at += when_true if tests[code] else when_false


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_in_the_table_is_refused(machine: str) -> None:
    column, architecture = MACHINES[machine]
    program = filter_program(machine) or b""
    numbers = {name: row[column] for name, row in REFUSED.items() if row[column] >= 0}

    told = {decision(program, each, architecture) for each in numbers.values()}

    assert told == {errno.EPERM}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_other_call_is_allowed(machine: str) -> None:
    column, architecture = MACHINES[machine]
    program = filter_program(machine) or b""
    listed = {row[column] for row in REFUSED.values()} | {435}

    others = [each for each in range(470) if each not in listed]
    judged = [decision(program, each, architecture, 2) for each in others]

    assert set(judged) == {ALLOWED}


@pytest.mark.parametrize(
    ("number", "arguments", "expected"),
    [
        ((56, 220), (17,), ALLOWED),  # clone, as fork does
        ((56, 220), (0x10000011,), errno.EPERM),  # with a user namespace
        ((435, 435), (0, 88), errno.ENOSYS),  # clone3: flags lie in memory
        ((16, 29), (0, 0x5413), ALLOWED),  # ioctl TIOCGWINSZ
        ((16, 29), (0, 0x5412), errno.EPERM),  # TIOCSTI
        ((16, 29), (0, 0xFF00005412), errno.EPERM),  # the kernel reads the low half
        ((41, 198), (1,), ALLOWED),  # socket AF_UNIX
        ((41, 198), (10,), ALLOWED),  # AF_INET6
        ((41, 198), (40,), errno.EAFNOSUPPORT),  # AF_VSOCK
        ((53, 199), (1,), ALLOWED),  # socketpair AF_UNIX
        ((53, 199), (30,), errno.EAFNOSUPPORT),  # AF_TIPC
        ((29, 194), (0, 56), ALLOWED),  # shmget, as PostgreSQL does
        ((29, 194), (0, 1_000_000), errno.ENOMEM),
        ((29, 194), (0, 1 << 32), errno.ENOMEM),
    ],
)
@pytest.mark.parametrize("machine", MACHINES)
def test_some_calls_depend_on_their_arguments(
    machine: str, number: tuple[int, int], arguments: tuple[int, ...], expected: int
) -> None:
    column, architecture = MACHINES[machine]
    program = filter_program(machine) or b""

    assert decision(program, number[column], architecture, *arguments) == expected


def test_calls_in_another_numbering_do_not_exist() -> None:
    program = filter_program("x86_64") or b""

    assert decision(program, 1, 0x40000003) == errno.ENOSYS  # of 32 bits
    assert decision(program, 0x40000000 + 101, X86) == errno.ENOSYS  # x32


def test_a_machine_that_is_not_known_gets_no_filter() -> None:
    assert filter_program("sparc64") is None
