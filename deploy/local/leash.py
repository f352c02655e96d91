"""Waits until its owner is gone, by the end of the pipe that only the owner holds, and throws away the owner's servers.

Run as `python -m deploy.local.leash FOLDER` with the pipe as standard input.
"""

import signal
import sys
from pathlib import Path

from deploy.local.lending import discard


def main() -> None:
    """Hold on until the pipe ends."""
    # Only the owner's end counts: what ends the owner may be sent to us as well, and then there is work to do.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(1):
        pass
    discard(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
