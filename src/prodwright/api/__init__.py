"""The public functions; wires the real adapters."""
