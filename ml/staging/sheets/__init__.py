"""Pictures of a design kit: its pieces in a made room, its colours and materials. Needs no photo."""

from ml.staging.sheets.sheet import ROOMS, kit_sheet, kits_sheet, rooms_of

__all__ = ["ROOMS", "kit_sheet", "kits_sheet", "rooms_of"]
