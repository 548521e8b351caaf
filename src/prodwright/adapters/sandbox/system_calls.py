"""A filter of system calls that no build or test needs, for seccomp.

Namespaces and dropped capabilities refuse most of these already. The filter takes
them away from the kernel's attack surface, and closes what namespaces do not: memory
that no limit counts, sockets to a virtual machine's host, and input pushed into a
terminal.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Sequence

# By name: x86_64 (arch/x86/entry/syscalls/syscall_64.tbl), aarch64
# (include/uapi/asm-generic/unistd.h); -1: the machine does not have it.
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, -1),
    "iopl": (172, -1),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
_CLONE, _CLONE3, _IOCTL = (56, 220), (435, 435), (16, 29)
_SOCKET, _SOCKETPAIR, _SHMGET = (41, 198), (53, 199), (29, 194)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32_BIT = 0x40000000  # a second numbering of the same calls on x86_64
_CLONE_NEW_USER = 0x10000000
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_SOCKET_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink; not vsock, packet, alg
_MOST_SEGMENT_BYTES = 1_000_000  # of System V shared memory, which no limit counts

# linux/bpf_common.h, linux/seccomp.h, linux/filter.h
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_Step = tuple[int, int, int, int]


def filter_program(machine: str = "") -> bytes | None:
    """Return the filter as the kernel reads it; None for a machine it is not for.

    Args:
        machine: As `platform.machine` tells; empty: this one.
    """
    known = _ARCHITECTURES.get(machine or platform.machine())
    if known is None:
        return None
    column, architecture = known
    steps = _architecture(architecture, has_x32=column == 0)
    for numbers in REFUSED.values():
        if numbers[column] >= 0:
            steps += [(_EQUAL, 0, 1, numbers[column]), _refused(errno.EPERM)]
    # glibc falls back to `clone`, whose flags a filter can see.
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), _refused(errno.ENOSYS)]
    steps += _on(_CLONE[column], 0, [(_ANY_BIT, 0, 1, _CLONE_NEW_USER)], errno.EPERM)
    for number in _TERMINAL_INPUT:
        steps += _on(_IOCTL[column], 1, [(_EQUAL, 0, 1, number)], errno.EPERM)
    for call in (_SOCKET, _SOCKETPAIR):
        steps += _on(call[column], 0, _none_of(_SOCKET_FAMILIES), errno.EAFNOSUPPORT)
    for place, least in ((1.0, _MOST_SEGMENT_BYTES), (1.5, 1)):  # low and high half
        too_large = [(_AT_LEAST, 0, 1, least)]
        steps += _on(_SHMGET[column], place, too_large, errno.ENOMEM)
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _architecture(number: int, *, has_x32: bool) -> list[_Step]:
    """Refuse calls made in another numbering; then load the call's number."""
    steps = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, number)]
    steps += [_refused(errno.ENOSYS), (_LOAD, 0, 0, _NUMBER_AT)]
    other = [(_AT_LEAST, 0, 1, _X32_BIT), _refused(errno.ENOSYS)]
    return [*steps, *other] if has_x32 else steps


def _on(call: int, argument: float, test: Sequence[_Step], code: int) -> list[_Step]:
    """Refuse `call` when `test` lets the argument fall through; it counts from 0."""
    place = int(_ARGUMENTS_AT + 8 * argument)
    judged = [(_LOAD, 0, 0, place), *test, _refused(code), (_LOAD, 0, 0, _NUMBER_AT)]
    return [(_EQUAL, 0, len(judged), call), *judged]


def _none_of(values: Sequence[int]) -> list[_Step]:
    return [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]


def _refused(code: int) -> _Step:
    return (_RETURN, 0, 0, _REFUSE | code)
