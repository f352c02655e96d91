"""The scene labels that the model learns, and how the folders of the collection map to them."""

LABELS = (
    "living_room",
    "bedroom",
    "kitchen",
    "bathroom",
    "dining_room",
    "home_office",
    "entry_foyer",
    "hallway",
    "stairs",
    "exterior",
    "yard_garden",
    "patio",
    "pool",
    "garage_driveway",
    "aerial",
    "floor_plan",
    "not_a_photo",
)

EMPTY = "empty_room"
"""The folder of the photos of empty rooms."""

OF_FOLDER: dict[str, str | None] = {
    **{label: label for label in LABELS},
    "exterior_front": "exterior",
    "exterior_building": "exterior",
    "driveway_garage": "garage_driveway",
    "patio_courtyard": "patio",
    # An attribute, not a room: see `ml.furnishing`.
    EMPTY: None,
    # Three and six photos: too few to learn from, and not to be counted as something else.
    "amenity": None,
    "lobby": None,
}
"""Folder of the collection to label; None where the photo has no label that is learnt."""
