"""DES, RC4 and ECB do not keep what they encrypt secret.

ECB shows which blocks are equal, RC4 leaks its beginning, and DES falls to a
brute-force search in a day; TLS before 1.2 is broken as a protocol.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


            def cipher(key):
                return Cipher(algorithms.AES(key), modes.ECB())  # flagged
        """,
        good="""
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM


            def cipher(key):
                return AESGCM(key)
        """,
    ),
)

_CIPHERS = re.compile(
    r"(Crypto|Cryptodome)\.Cipher\.(DES|DES3|ARC2|ARC4|Blowfish|XOR)\.new|"
    r"cryptography\.hazmat\.(primitives\.ciphers|decrepit\.ciphers)\.algorithms\."
    r"(ARC4|Blowfish|IDEA|CAST5|SEED|TripleDES)|"
    r"cryptography\.hazmat\.primitives\.ciphers\.modes\.ECB"
)
_MODES = re.compile(
    r"(Crypto|Cryptodome)\.Cipher\.AES\.MODE_ECB|ssl\.PROTOCOL_(SSLv2|SSLv3|TLSv1|"
    r"TLSv1_1)|ssl\.TLSVersion\.(SSLv3|TLSv1|TLSv1_1)"
)
_LEAST_BITS = 2048  # NIST SP 800-131A


def _makes_rsa_key(name: str) -> bool:
    return name.endswith("rsa.generate_private_key")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("Crypto", "Cryptodome", "cryptography", "ssl"):
        return
    for call in source.calls_where(_CIPHERS.fullmatch):
        name = source.called(call) or ""
        yield Site(node=call, message=f"{name.split('.')[-1]} is broken")
    for call in source.calls_where(_makes_rsa_key):
        if _is_short(call):
            yield Site(node=call, message="an RSA key this short can be factored")
    for attribute in source.nodes(ast.Attribute):
        if not _MODES.fullmatch(source.qualified(attribute) or ""):
            continue
        if not isinstance(source.parent(attribute), ast.Compare | ast.Dict):
            yield Site(node=attribute, message=f"{attribute.attr} is broken")


def _is_short(call: ast.Call) -> bool:
    bits = constant(keyword(call, "key_size"))
    return isinstance(bits, int) and bits < _LEAST_BITS


REPAIR = Brief(
    summary="Encrypt with AES-GCM or ChaCha20-Poly1305 and a fresh nonce per message; "
    "allow TLS 1.2 and newer"
)

HAZARD = Hazard(
    title="Encrypt with authenticated, current ciphers",
    practice="sensitive-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-327", "ASVS 5 11.3.1", "NIST SP 800-131A", "RFC 8996"),
)
