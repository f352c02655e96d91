"""Where models lie."""

import os
from pathlib import Path


def pulled_by_default() -> Path:
    """Where pulled models lie unless configured: the user's data folder (XDG base directories), which upgrades keep."""
    configured = os.environ.get("XDG_DATA_HOME", "")
    data = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "share"
    return data / "vls-media" / "models"
