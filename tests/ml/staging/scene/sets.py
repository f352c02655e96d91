"""Sets of furniture for tests of layouts: sizes as numbers, no mesh is built."""

from ml.staging.furniture import Mount
from ml.staging.layout import Design, Furnishing, Option, RoomKind, Size, Slot

_SIZES = {
    "sofa": (0.94, 0.82, Mount.FLOOR),
    "bed": (2.15, 1.1, Mount.FLOOR),
    "coffee_table": (0.6, 0.4, Mount.FLOOR),
    "rug": (1.7, 0.02, Mount.FLOOR),
    "armchair": (0.8, 0.8, Mount.FLOOR),
    "floor_lamp": (0.5, 1.55, Mount.FLOOR),
    "plant": (0.6, 1.6, Mount.FLOOR),
    "sideboard": (0.44, 0.75, Mount.FLOOR),
    "nightstand": (0.42, 0.55, Mount.FLOOR),
    "bench": (0.42, 0.45, Mount.FLOOR),
    "dining_table": (0.9, 0.75, Mount.FLOOR),
    "dining_chair": (0.52, 0.82, Mount.FLOOR),
    "desk": (0.7, 0.75, Mount.FLOOR),
    "desk_chair": (0.6, 0.95, Mount.FLOOR),
    "pendant": (0.4, 1.1, Mount.CEILING),
    "print": (0.03, 0.7, Mount.WALL),
}


def _slot(name: str, kind: str, *widths: float, count: int = 1) -> Slot:
    return Slot(name, kind, (Design("plain", widths), Design("other", widths)), count)


_SHARED = {
    "rug": _slot("rug", "rug", 2.9, 2.4, 2.0),
    "armchair": _slot("armchair", "armchair", 0.8, count=2),
    "floor_lamp": _slot("floor_lamp", "floor_lamp", 0.5),
    "plant": _slot("plant", "plant", 0.6),
    "storage": _slot("storage", "sideboard", 1.6, 1.2),
    "print": _slot("print", "print", 0.5, count=2),
}
_ROOMS = {
    RoomKind.LIVING: {
        "sofa": _slot("sofa", "sofa", 2.3, 2.0, 1.7),
        "coffee_table": _slot("coffee_table", "coffee_table", 1.1),
        **_SHARED,
    },
    RoomKind.BEDROOM: {
        "bed": _slot("bed", "bed", 1.8, 1.6, 1.4, 0.9),
        "nightstand": _slot("nightstand", "nightstand", 0.48, count=2),
        "bench": _slot("bench", "bench", 1.2),
        **_SHARED,
    },
    RoomKind.DINING: {
        "dining_table": _slot("dining_table", "dining_table", 1.8, 1.6, 1.4),
        "dining_chair": _slot("dining_chair", "dining_chair", 0.5, count=6),
        "pendant": _slot("pendant", "pendant", 0.4),
        **_SHARED,
    },
    RoomKind.HOME_OFFICE: {
        "desk": _slot("desk", "desk", 1.4, 1.2),
        "desk_chair": _slot("desk_chair", "desk_chair", 0.6),
        **_SHARED,
    },
}


def _measure(option: Option) -> Size:
    depth, height, mount = _SIZES[option.kind]
    return Size(option.width_m, depth, height, mount=mount)


FURNISHING = Furnishing("numbers@1", _ROOMS, _measure)
