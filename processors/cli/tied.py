"""Runs the command line in a process that dies with the one that started it: `python -m processors.cli.tied PID ...`.

Linux only; elsewhere nothing ties the two, and the starter's own clearing up is all there is.
"""

import ctypes
import os
import signal
import sys

from processors.cli.main import app

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to the one with the id `arguments[0]`, then run the rest as a command line."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(arguments[0]):
            os._exit(1)  # it died before the tie was made
    app(arguments[1:], prog_name="vls-media")


if __name__ == "__main__":
    main(sys.argv[1:])
