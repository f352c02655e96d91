"""Where furniture goes: pure functions of a room in metres, a set of furniture and a seed."""

from ml.staging.layout.items import Density, Design, Furnishing, Layout, Option, Placed, RoomKind, Size, Slot
from ml.staging.layout.rooms import REVISION, lay_out

__all__ = [
    "REVISION",
    "Density",
    "Design",
    "Furnishing",
    "Layout",
    "Option",
    "Placed",
    "RoomKind",
    "Size",
    "Slot",
    "lay_out",
]
