"""A view of a room furnished as all of its views are: laid out once for all, rendered from its own camera."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.engines import Engine
from ml.staging.gate import Unstaged, UnstagedReason
from ml.staging.looking import Look
from ml.staging.room import Room
from ml.staging.room.camera import Floats
from ml.staging.room.understand import understand
from ml.staging.staging import Order, Staged, doubts_of, furnish, kinds_of, removes
from ml.staging.views.plan import Member, member_of, plan_of
from ml.staging.views.pose import Pose
from ml.staging.views.sharing import laid_out, sight_of

REVISION = 3
"""Raised by hand when a view is furnished otherwise for the same photos, poses, kit and seed."""


@dataclass(frozen=True, slots=True, eq=False)
class ViewPhoto:
    """A photo of the room, and what the caller knows of it."""

    pixels: NDArray[np.uint8]
    """H x W x 3, sRGB, upright."""
    look: Look
    pose: Pose | None
    """In the reference's world; None for the reference itself."""
    focal_35mm: float | None = None
    ceiling_m: float | None = None
    keep_out: tuple[Floats, ...] = ()
    """Polygons in pixels, n x 2 each."""

    def understood(self) -> Room:
        """The room as this photo alone shows it."""
        return understand(
            self.pixels,
            self.look.segmentation,
            focal_35mm=self.focal_35mm,
            ceiling_m=self.ceiling_m,
            keep_out=self.keep_out,
            lines=self.look.lines,
        )


def stage_view(views: Sequence[ViewPhoto], own: int, order: Order, engine: Engine) -> Iterator[Staged]:
    """The variations of one of the views, the reference first among them; what the others show is the same furniture.

    Every view gives the same layout, so each can be made by itself, in any order. Raises what the engine raises.
    """
    rooms = [view.understood() for view in views]
    reference = rooms[0]
    doubts = doubts_of(rooms[own], removes_furniture=removes(engine, order), registered=views[own].pose is not None)
    if doubts:
        yield Staged(0, None, doubts, None, rooms[own])
        return
    members = [member_of(room, view.pose) for room, view in zip(rooms, views, strict=True) if view.pose is not None]
    plan = plan_of(reference, members)
    kinds = (order.room,) if order.room else kinds_of(views[0].look.label, reference)
    first = laid_out(plan, members, order.kit, kinds, order.seed, 0)
    if first is None and views[own].pose is not None:
        yield Staged(0, None, (_no_layout(len(views)),), kinds[0], rooms[own])
        return
    if first is None:
        # The best view is furnished by itself then; the others say the same and go back.
        plan, members = reference, []
        first = laid_out(plan, members, order.kit, kinds, order.seed, 0)
    kind = kinds[0] if first is None else first.kind
    for variation in range(order.variations):
        layout = laid_out(plan, members, order.kit, (kind,), order.seed, variation) if variation else first
        if layout is None:
            if variation == 0:
                yield Staged(0, None, (_no_layout(1),), kinds[0], rooms[own])
            return
        if views[own].pose is None:
            yield furnish(views[own].pixels, plan, layout, order, engine)
            continue
        sight = sight_of(plan, _own_member(members, views, own), layout)
        if sight.layout is None:
            yield Staged(variation, None, (_out_of_frame(),), layout.kind, sight.room)
        else:
            yield furnish(views[own].pixels, sight.room, sight.layout, order, engine)


def _own_member(members: Sequence[Member], views: Sequence[ViewPhoto], own: int) -> Member:
    return members[sum(view.pose is not None for view in views[:own])]


def _no_layout(count: int) -> Unstaged:
    shown = f"that all of its {count} views can show" if count > 1 else "in its best view"
    detail = f"No place for the room's anchor was found {shown}."
    return Unstaged(UnstagedReason.NOT_ENOUGH_FLOOR, detail)


def _out_of_frame() -> Unstaged:
    detail = "Of what the room is furnished with, no piece is wholly in the frame of this view."
    return Unstaged(UnstagedReason.OUT_OF_FRAME, detail)
