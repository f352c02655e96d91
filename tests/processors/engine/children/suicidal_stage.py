"""A stage whose import kills its process, as a broken native library does."""

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
