"""One file per stage of the gate."""
