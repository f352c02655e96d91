"""Engines for tests: one that paints what the gate passes, one that paints noise."""

import numpy as np

from ml.staging.engines import Answer, Work
from tests.ml.staging.scene.pieces import painted


class HonestEngine:
    """Flat furniture where it belongs, and a soft shade."""

    name = "honest"
    revision = 1
    removes_furniture = False

    def identity(self) -> str:
        """Nothing but itself."""
        return "honest@1"

    def furnish(self, work: Work) -> Answer:
        """As `painted`."""
        after, furniture, _ = painted(work.photo, work.room, work.layout)
        return Answer(after, furniture, {"samples": 1})


class NoiseEngine:
    """Noise all over, and a mask that says it is furniture."""

    name = "noise"
    revision = 1
    removes_furniture = True

    def identity(self) -> str:
        """Nothing but itself."""
        return "noise@1"

    def furnish(self, work: Work) -> Answer:
        """Noise."""
        noise = np.random.default_rng(work.seed).integers(0, 255, work.photo.shape, np.uint8)
        return Answer(noise, np.ones(work.photo.shape[:2], bool))
