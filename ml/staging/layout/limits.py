"""The hard limits of a layout. Each is a number of its own, so that the gate can say which one was met or not."""

from ml.staging.layout.items import Density

BLOCKED = 0.03
"""Of a footprint, the share that may lie on keep-out cells: what the edge of the floor in the photo is unsure by."""

UNKNOWN = 0.25
"""Of a footprint, the share that may lie on floor that the photo does not show."""

APPROACH = 0.005
"""Of a footprint, the share that may lie within 0.6 m of a door or a passage: a rounding of cells."""

USE_BLOCKED = 0.15
"""Of the floor before a piece that its use needs, the share that may lie on keep-out cells."""

ASIDE_M = 0.25
"""Farther off an approach than they have to be, lamps, plants and chairs in corners stand."""

COVERED = {Density.AIRY: 0.30, Density.USUAL: 0.38, Density.FULL: 0.48}
"""Of the free floor, what stands on it, from which on nothing is added that nobody would miss."""

PAST_TABLE_M = 0.7
"""Beyond a coffee table, where one passes it: nearer to the sofa one only sits down."""

RUG_APPROACH = 0.15
RUG_BLOCKED = 0.03
RUG_UNKNOWN = 0.4
RUG_IN_FRAME = 0.7
RUG_WHOLE = 0.97
"""In the frame: a rug that is, is taken before a larger one that is not."""

BEFORE_WINDOW_M = 0.9
"""Height that things before a window stay below."""

WINDOW_HIDDEN = 0.25
WINDOW_WIDTH_HIDDEN = 0.95
"""Of the glass, and of its width: never the whole."""

DOOR_HIDDEN = 0.15

ANCHOR_MARGIN = 0.004
"""Of the picture's width, what stays free around the anchor, which is wholly in the frame."""

IN_FRAME = 0.88
"""Of the box around any other piece."""

OTHER_HIDDEN = 0.25
"""Of an anchor, what a piece that could stand elsewhere may hide from the camera."""

THINGS_HIDDEN = 0.25
"""Of the outline of a lamp or a plant, what may lie over what the room is shown for."""

NEAREST_M = 1.0
"""From the camera."""

LARGEST = 0.42
"""Of the picture that one piece may take."""

WALL_GAP_M = 0.05
"""Between a piece and the wall behind it: skirting, and what the wall's place is unsure by."""

PLAIN_FOR_PRINT = 0.97
