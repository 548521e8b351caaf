"""Points of redis: refused, silent, cut off, and loading."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import event_loops
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within

_FAULTS = ("refused", "stall", "loading")
_READS = frozenset(
    {
        "GET",
        "MGET",
        "EXISTS",
        "TTL",
        "HGET",
        "HGETALL",
        "HMGET",
        "LRANGE",
        "LLEN",
        "SMEMBERS",
        "ZRANGE",
        "KEYS",
        "SCAN",
        "PING",
        "SISMEMBER",
        "STRLEN",
        "TYPE",
        "INFO",
        "HEXISTS",
        "HLEN",
        "SCARD",
        "ZSCORE",
    }
)
# Their answer is lost, and doing them twice is not doing them once.
_COUNTING = frozenset({"INCR", "INCRBY", "DECR", "DECRBY", "LPUSH", "RPUSH", "XADD"})


def install(module: ModuleType) -> None:
    """Replace the two methods behind all commands, blocking or not."""
    is_async = "asyncio" in module.__name__
    client: Any = module.Redis
    wrapping = _awaited if is_async else _called
    client.execute_command = wrapping(client.execute_command, _command)
    pipeline: Any = module.Pipeline
    pipeline.execute = wrapping(pipeline.execute, lambda _: "PIPELINE")


def _command(arguments: tuple[Any, ...]) -> str:
    return str(arguments[0]).split()[0].upper() if arguments else ""


def _hit(self: Any, command: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    pool = getattr(self, "connection_pool", None)
    timeout = getattr(pool, "connection_kwargs", {}).get("socket_timeout")
    writes = command not in _READS
    key = "" if command in _COUNTING else "idempotent"
    fault = RECORDER.hit(
        "redis",
        (*_FAULTS, "answer-lost") if writes else _FAULTS,
        f"{command} {' '.join(str(each) for each in arguments[1:2])}"[:60],
        writes=writes,
        identity=f"{arguments!r}"[:300],
        method="POST" if command in _COUNTING else command,
        key=key,
        timeout=timeout,
    )
    return fault, timeout


def _called(real: Any, name: Any) -> Any:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real(self, *arguments, **named)
        fault, timeout = _hit(self, name(arguments), arguments)
        if fault == "stall":
            error = _errors().TimeoutError("Timeout reading from socket")
            raise RECORDER.stall(timeout, error, "redis")
        if fault in ("", "answer-lost"):
            with within():
                answer = real(self, *arguments, **named)
            if not fault:
                return answer
        raise RECORDER.fail(_error(fault))

    return call


def _awaited(real: Any, name: Any) -> Any:
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return await real(self, *arguments, **named)
        fault, timeout = _hit(self, name(arguments), arguments)
        if fault == "stall" and timeout is None:
            await event_loops.stall("redis")
        await event_loops.meet_cancellation("redis")
        if fault == "stall":
            error = _errors().TimeoutError("Timeout reading from socket")
            raise RECORDER.stall(timeout, error, "redis")
        if fault in ("", "answer-lost"):
            with within():
                answer = await real(self, *arguments, **named)
            if not fault:
                return answer
        raise RECORDER.fail(_error(fault))

    return call


def _errors() -> Any:
    return __import__("redis").exceptions


def _error(fault: str) -> BaseException:
    errors = _errors()
    found: BaseException = {
        "refused": errors.ConnectionError("Error 111 connecting. Connection refused."),
        "loading": errors.BusyLoadingError("Redis is loading the dataset in memory"),
        "answer-lost": errors.TimeoutError("Timeout reading from socket"),
    }[fault]
    return found
