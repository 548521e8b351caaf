"""The public functions; the command line calls only these."""
