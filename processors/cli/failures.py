"""Why something failed, for a person or a line of JSON: a code of the catalogue and a sentence, never a traceback."""

import errno
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ml.errors import MediaError
from render.audio.errors import AudioError
from render.errors import RenderError

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A code of schemas/errors.py, and what was found."""

    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The object under `error`."""
        return {"code": self.code, "message": self.message}

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def attempt(work: Callable[[], T]) -> T | Failure:
    """What `work` returns, or why it failed: one file's failure must not keep a command from the other files.

    A fault of our own is answered too, under `internal_error`; its traceback goes to the log at debug level.
    """
    try:
        return work()
    except RenderError as error:
        return Failure(error.code, error.message)
    except (MediaError, AudioError) as error:
        return Failure(error.code, str(error))
    except MemoryError:
        return Failure("out_of_memory", "there is not enough memory for this file")
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        where = f"{error.filename}: " if error.filename else ""
        return Failure("disk_full" if full else "internal_error", f"{where}{error.strerror or error}")
    except Exception as error:  # noqa: BLE001  told as what it is, and the next file still gets its turn
        _log.debug("a fault of our own", exc_info=True)
        return Failure("internal_error", f"{type(error).__name__}: {error}")
