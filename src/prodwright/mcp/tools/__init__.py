"""One file per tool; each has a function `tool` that returns it for an office."""
