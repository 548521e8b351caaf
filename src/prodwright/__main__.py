"""`python -m prodwright`."""

import sys

from prodwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
