"""A photo of an empty room to furnished ones: understood, laid out, made by an engine, judged by the gate."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ml.staging.engines import Bounds, Engine, Removal, Work
from ml.staging.errors import MaskError, NotSupportedError
from ml.staging.fitting import fitted
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.furniture import Piece
from ml.staging.gate import Unstaged, UnstagedReason, Verdict, judge
from ml.staging.gate.checks import at_most
from ml.staging.gate.emptiness import emptiness_checks
from ml.staging.gate.plausible import plausibility_checks
from ml.staging.gate.standing import standing_checks
from ml.staging.kits import Kit
from ml.staging.layout import Furnishing, Layout, RoomKind, lay_out
from ml.staging.looking import Look
from ml.staging.room import Room, SharedFocal
from ml.staging.room.camera import Floats
from ml.staging.room.geometry import Grid
from ml.staging.room.understand import understand
from ml.staging.suitability import sight_reason, size_reason

REVISION = 3
"""Goes up by hand when a result changes for the same photo, kit, seed and engine."""

MOST_VARIATIONS = 4
_MASK_CUTS = 0.02
"""Of the furniture, the share that a given mask may cut off before the picture is refused."""

_LIVING_M2 = 11.0
"""Of free floor, from which on a room of unknown use is furnished as a living room rather than a bedroom."""

_OPEN_PLAN_M2 = 26.0

KIND_OF_LABEL = {
    "living_room": RoomKind.LIVING,
    "bedroom": RoomKind.BEDROOM,
    "dining_room": RoomKind.DINING,
    "home_office": RoomKind.HOME_OFFICE,
}
"""Scene labels of rooms that a kit furnishes."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What is wanted of a photo."""

    kit: Kit
    room: RoomKind | None = None
    """None: what the photo seems to show, and the size of the room."""
    seed: int = 0
    variations: int = 1
    ceiling_m: float | None = None
    keep_out: tuple[Floats, ...] = ()
    """Polygons in pixels of the photo, n x 2 each, of floor that stays as it is."""
    mask: Grid | None = None
    """Of the photo's size: where an engine may change it at all; None for everywhere."""
    removal: Removal = Removal.OFF
    samples: int | None = None
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A furnished photo."""

    pixels: NDArray[np.uint8]
    furniture: Grid
    shadow: Grid
    """Pixels beside furniture that are not the photo's any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """What came of one variation of a photo."""

    variation: int
    picture: Picture | None
    """None where the photo stays as it is: then there are reasons."""
    reasons: tuple[Unstaged, ...]
    kind: RoomKind | None = None
    room: Room | None = None
    layout: Layout | None = None
    verdict: Verdict | None = None
    details: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A photo that can be furnished, as far as it is known before anything is rendered."""

    room: Room
    kind: RoomKind
    layouts: tuple[Layout, ...]
    """One a variation, at least one."""


def stage(
    pixels: NDArray[np.uint8],
    look: Look,
    order: Order,
    engine: Engine,
    *,
    focal_35mm: float | None = None,
    shared_focal: SharedFocal | None = None,
) -> Iterator[Staged]:
    """The variations of a photo (H x W x 3, sRGB, upright), each as soon as it is made.

    One without a picture comes alone: nothing about the photo lets any variation be made. focal_35mm: of its file;
    shared_focal: of its shoot. Raises NotSupportedError, MaskError, and what the engine raises.
    """
    _check(pixels, order, engine)
    prepared = prepare(
        pixels,
        look,
        order,
        removes_furniture=removes(engine, order),
        focal_35mm=focal_35mm,
        shared_focal=shared_focal,
    )
    if isinstance(prepared, Staged):
        yield prepared
        return
    for layout in prepared.layouts:
        yield furnish(pixels, prepared.room, layout, order, engine)


def prepare(
    pixels: NDArray[np.uint8],
    look: Look,
    order: Order,
    *,
    removes_furniture: bool = False,
    any_size: bool = False,
    focal_35mm: float | None = None,
    shared_focal: SharedFocal | None = None,
) -> Prepared | Staged:
    """A photo understood and laid out; a Staged without picture where it cannot be furnished.

    any_size: photos too small for furniture to look like any are judged by what they show.
    """
    height, width = pixels.shape[:2]
    refused = (None if any_size else size_reason(width, height)) or sight_reason(
        pixels, look, removes_furniture=removes_furniture, use_given=order.room is not None
    )
    if refused is not None:
        return Staged(0, None, (refused,))
    room = understand(
        pixels,
        look.segmentation,
        focal_35mm=focal_35mm,
        ceiling_m=order.ceiling_m,
        keep_out=order.keep_out,
        lines=look.lines,
        shared_focal=shared_focal,
    )
    kinds = (order.room,) if order.room else kinds_of(look.label, room)
    doubts = doubts_of(room, removes_furniture=removes_furniture)
    if doubts:
        return Staged(0, None, doubts, kinds[0], room)
    furnishing = furnishing_of(order.kit)
    fallen: Staged | None = None
    for kind in kinds:
        layouts = tuple(_layouts(room, furnishing, kind, order))
        if not layouts:
            continue
        layout, _, verdict = standing(room, layouts[0], order.kit)
        if verdict.passed:
            return Prepared(room, kind, layouts)
        fallen = fallen or Staged(0, None, reasons_of(verdict), kind, room, layout, verdict)
    return fallen or Staged(0, None, (_no_layout(room, kinds[0]),), kinds[0], room)


def standing(room: Room, layout: Layout, kit: Kit) -> tuple[Layout, tuple[Piece, ...], Verdict]:
    """A layout with its pieces, and whether it stands in the room: what is judged before anything is rendered."""
    layout, pieces = fitted(room, *furnished(layout, kit))
    return layout, pieces, Verdict(tuple(standing_checks(room, layout, pieces)))


def furnish(pixels: NDArray[np.uint8], room: Room, layout: Layout, order: Order, engine: Engine) -> Staged:
    """One layout, made by the engine and judged. A layout that cannot pass is not rendered."""
    layout, pieces, failed = standing(room, layout, order.kit)
    if not failed.passed:
        return Staged(layout.variation, None, reasons_of(failed), layout.kind, room, layout, failed)
    seed = order.seed * MOST_VARIATIONS + layout.variation
    work = Work(pixels, room, layout, pieces, seed, order.samples, order.removal, order.bounds)
    answer = engine.furnish(work)
    after, furniture, cut = limited(pixels, answer.pixels, answer.furniture, order.mask)
    verdict = judge(pixels, after, furniture, room, layout, pieces)
    if order.mask is not None:
        check = at_most("furniture_cut_by_mask", cut, _MASK_CUTS, UnstagedReason.OUT_OF_FRAME)
        verdict = Verdict((*verdict.checks, check))
    details = dict(answer.details)
    if not verdict.passed:
        return Staged(layout.variation, None, reasons_of(verdict), layout.kind, room, layout, verdict, details)
    shadow = (pixels != after).any(axis=2) & ~furniture
    picture = Picture(after, furniture, shadow)
    return Staged(layout.variation, picture, (), layout.kind, room, layout, verdict, details)


def limited(
    before: NDArray[np.uint8], after: NDArray[np.uint8], furniture: Grid, mask: Grid | None
) -> tuple[NDArray[np.uint8], Grid, float]:
    """What an engine made, within a mask; and the share of its furniture that the mask cut off.

    Holds for every engine, whether it heeds a mask or not.
    """
    if mask is None or before.shape != after.shape:
        return after, furniture, 0.0
    within = furniture & mask
    cut = 1 - float(within.sum()) / max(1, int(furniture.sum()))
    return np.where(mask[..., None], after, before), within, cut


def kinds_of(label: str, room: Room) -> tuple[RoomKind, ...]:
    """What a room may be furnished as, the likeliest first: by the label where it says so, else by its size.

    An empty room hardly tells what it is for: where no bed fits, a sofa may.
    """
    free = room.floor.free_m2
    named = KIND_OF_LABEL.get(label)
    if named is None:
        named = RoomKind.LIVING if free >= _LIVING_M2 else RoomKind.BEDROOM
    if named is RoomKind.LIVING and free >= _OPEN_PLAN_M2:
        named = RoomKind.OPEN_PLAN
    others = (RoomKind.LIVING, RoomKind.BEDROOM, RoomKind.DINING, RoomKind.HOME_OFFICE)
    return (named, *(kind for kind in others if kind is not named))


def _check(pixels: NDArray[np.uint8], order: Order, engine: Engine) -> None:
    if not 1 <= order.variations <= MOST_VARIATIONS:
        raise NotSupportedError(f"1 to {MOST_VARIATIONS} variations can be made; {order.variations} were asked for.")
    if order.removal is Removal.ON and not engine.removes_furniture:
        raise NotSupportedError(f"The engine {engine.name!r} cannot take furniture out: ask with removal off.")
    if order.mask is not None and order.mask.shape != pixels.shape[:2]:
        found, wanted = (f"{shape[1]} x {shape[0]}" for shape in (order.mask.shape, pixels.shape))
        raise MaskError(f"The mask has {found} pixels, the photo {wanted}; they must be of one size.")


def removes(engine: Engine, order: Order) -> bool:
    """Whether furniture that stands in the room would be taken out."""
    return engine.removes_furniture and order.removal is not Removal.OFF


def doubts_of(room: Room, *, removes_furniture: bool, registered: bool = False) -> tuple[Unstaged, ...]:
    """What understanding the room says against it, what of camera and scale is implausible, and what stands there.

    registered: to another view of the room, which answers for camera and scale.
    """
    counted = [doubt for doubt in room.doubts if not (registered and doubt.answerable)]
    said = tuple(Unstaged(UnstagedReason(doubt.reason.value), doubt.detail) for doubt in counted)
    if not registered:
        said = said or reasons_of(Verdict(tuple(plausibility_checks(room))))
    if said or removes_furniture:
        return said
    return reasons_of(Verdict(tuple(emptiness_checks(room))))


def _layouts(room: Room, furnishing: Furnishing, kind: RoomKind, order: Order) -> Iterator[Layout]:
    for variation in range(order.variations):
        layout = lay_out(room, furnishing, kind, order.seed, variation)
        if layout is None:
            return
        yield replace(layout, variation=variation)


def _no_layout(room: Room, kind: RoomKind) -> Unstaged:
    free = f"{room.floor.free_m2:.1f} m2 of free floor are seen"
    detail = f"No place for the anchor of a {kind.value} room was found: {free}, and {len(room.walls)} walls."
    return Unstaged(UnstagedReason.NOT_ENOUGH_FLOOR, detail)


def reasons_of(verdict: Verdict) -> tuple[Unstaged, ...]:
    """The checks that did not pass, as reasons with their numbers."""
    said: list[Unstaged] = []
    for check in verdict.failed:
        bound = "at most" if check.side.value == "at_most" else "at least"
        said.append(Unstaged(check.reason, f"{check.name} is {check.found:.3g}, and may be {bound} {check.limit:g}."))
    return tuple(said)
