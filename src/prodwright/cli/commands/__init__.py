"""One module per command; its `command` is found by name."""
