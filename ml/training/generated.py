"""Pictures made by code for the labels that have too few photos."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.training.landscapes import aerial
from ml.training.pages import advert, collage, floor_plan, street_map
from ml.training.plans import sales_plan

Pixels = NDArray[np.uint8]

MAKERS: dict[str, tuple[Callable[[np.random.Generator, Sequence[Pixels]], Pixels], ...]] = {
    "floor_plan": (floor_plan, sales_plan, sales_plan),
    "not_a_photo": (collage, advert, advert, street_map),
    "aerial": (aerial,),
}
"""Label to the functions that draw pictures of it; each takes a generator and photos to paste, and gives uint8 RGB."""


def generate(label: str, count: int, photos: Sequence[Pixels], seed: int) -> list[Pixels]:
    """`count` pictures of a label of MAKERS, the same for the same arguments."""
    makers = MAKERS[label]
    return [makers[index % len(makers)](np.random.default_rng((seed, index)), photos) for index in range(count)]
