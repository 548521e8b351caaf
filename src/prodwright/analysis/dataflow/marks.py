"""What is a secret by its name."""

from __future__ import annotations

from prodwright.analysis.categories import origin_mask
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.values import UNKNOWN, Value

_SECRET = origin_mask("secret")
_NO_SECRETS = (bool, int, float, type(None))


def marked_if_secret(frame: Frame, value: Value, name: object) -> Value:
    """Return `value` as a secret when `name`, of a variable or field, says so."""
    if name.__class__ is not str or not frame.engine.is_secret(name):
        return value
    if value[1] is not UNKNOWN and value[1].__class__ in _NO_SECRETS:
        return value
    if isinstance(value[1], str) and value[1].lower() in str(name).lower():
        return value  # a name for it
    return frame.from_outside(value, _SECRET, f"{name}, a secret by its name")
