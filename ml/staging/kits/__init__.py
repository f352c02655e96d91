"""Design kits: strict, versioned YAML that says how all rooms of a listing are furnished."""

from ml.staging.kits.errors import KitError, UnknownKitError
from ml.staging.kits.kit import SLOTS, Kit, PaletteRole, Room, Slot
from ml.staging.kits.loading import list_kits, load_kit, read_kit

__all__ = [
    "SLOTS",
    "Kit",
    "KitError",
    "PaletteRole",
    "Room",
    "Slot",
    "UnknownKitError",
    "list_kits",
    "load_kit",
    "read_kit",
]
