"""One outside program or service per file."""
