"""`python -m prodwright`."""

import sys

if __name__ == "__main__":
    # Python puts the current folder first, and that is the code under review: its
    # `json.py` would be taken for the library's.
    if not sys.flags.safe_path:
        sys.path.pop(0)

    from prodwright.cli import main

    sys.exit(main())
