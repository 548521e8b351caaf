"""Who writes code: one protocol, several engineers."""
