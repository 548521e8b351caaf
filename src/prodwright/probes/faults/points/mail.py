"""Points of smtplib: a mail that is refused, or whose acceptance is not heard of."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace connecting and sending."""
    smtplib: Any = module
    real_connect, real_send = smtplib.SMTP.connect, smtplib.SMTP.sendmail

    def connect(self: Any, host: str = "localhost", port: int = 0, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real_connect(self, host, port, **named)
        timeout = self.timeout if isinstance(self.timeout, (int, float)) else None
        fault = RECORDER.hit("smtp.connect", ("refused", "stall"), f"{host}:{port}")
        if fault == "refused":
            raise RECORDER.fail(ConnectionRefusedError(111, "Connection refused"))
        if fault:
            raise RECORDER.stall(timeout, TimeoutError("timed out"), "smtplib")
        with within():
            return real_connect(self, host, port, **named)

    def sendmail(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real_send(self, *arguments, **named)
        fault = RECORDER.hit(
            "smtp.send", ("refused", "reset"), str(arguments[1:2]), writes=True
        )
        if fault == "refused":
            error = smtplib.SMTPDataError(451, b"try again later")
            raise RECORDER.fail(error)
        if fault:
            told = "Connection unexpectedly closed"
            raise RECORDER.fail(smtplib.SMTPServerDisconnected(told))
        with within():
            return real_send(self, *arguments, **named)

    smtplib.SMTP.connect, smtplib.SMTP.sendmail = connect, sendmail
