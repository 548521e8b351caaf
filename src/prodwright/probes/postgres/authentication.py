"""How a session shows a PostgreSQL server who it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct

_DONE, _PLAIN, _MD5, _SASL, _GOES_ON, _LAST = 0, 3, 5, 10, 11, 12
_MECHANISM = b"SCRAM-SHA-256"


class Exchange:
    """Answers what a server asks for.

    Args:
        user: Who it is.
        password: Of that user.
    """

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password.encode()
        self._nonce = base64.b64encode(os.urandom(18)).decode()

    def answer(self, content: bytes) -> bytes | None:
        """Return what is sent back; None: nothing is to be sent.

        Raises:
            ValueError: The server asks for something else than a password.
        """
        (kind,) = struct.unpack_from("!I", content)
        rest = content[4:]
        if kind in (_DONE, _LAST):
            return None
        if kind == _PLAIN:
            return self._password + b"\0"
        if kind == _MD5:
            return self._digested(rest)
        if kind == _SASL and _MECHANISM in rest.split(b"\0"):
            first = f"n,,{self._first}".encode()
            return _MECHANISM + b"\0" + struct.pack("!I", len(first)) + first
        if kind == _GOES_ON:
            return self._proven(rest.decode())
        raise ValueError(f"the server asks for authentication {kind}")

    @property
    def _first(self) -> str:
        return f"n=,r={self._nonce}"

    def _digested(self, salt: bytes) -> bytes:
        inner = _md5(self._password + self._user.encode()).encode()
        return f"md5{_md5(inner + salt)}".encode() + b"\0"

    def _proven(self, challenge: str) -> bytes:
        told = dict(each.split("=", 1) for each in challenge.split(","))
        salt, rounds = base64.b64decode(told["s"]), int(told["i"])
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, rounds)
        key = _mac(salted, b"Client Key")
        bare = f"c=biws,r={told['r']}"
        message = f"{self._first},{challenge},{bare}".encode()
        signature = _mac(hashlib.sha256(key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        return f"{bare},p={base64.b64encode(proof).decode()}".encode()


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "sha256").digest()


def _md5(content: bytes) -> str:
    """Servers of old ask for it; it protects nothing here."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
