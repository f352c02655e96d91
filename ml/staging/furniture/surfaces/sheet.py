"""A sheet of paper that prints are drawn on: coordinates, inks with the grain of a hand print, distances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.staging.furniture.material import srgb
from ml.staging.furniture.mesh import Floats

WIDTH, HEIGHT = 480, 640
PAPER = np.array(srgb("f1ece2"))
INK = np.array(srgb("34332f"))


@dataclass
class Sheet:
    """A sheet of paper that is drawn on: x 0 to 1, y 0 to `tall` downwards; inks of the room."""

    rng: np.random.Generator
    inks: Sequence[Floats]

    def __post_init__(self) -> None:
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        self.x: Floats = (columns + 0.5) / WIDTH
        self.y: Floats = (rows + 0.5) / WIDTH
        self.tall = HEIGHT / WIDTH
        self.picture: Floats = np.broadcast_to(PAPER, (HEIGHT, WIDTH, 3)).copy()

    def ink(self, number: int) -> Floats:
        """An ink by number, round and round."""
        return self.inks[number % len(self.inks)]

    def lay(self, inside: Floats, ink: Floats, strength: float = 0.95, *, grain: float = 0.06) -> None:
        """Ink where `inside` (a distance in widths, negative within) is below 0, with the grain of a hand print."""
        cover = np.clip(0.5 - inside * WIDTH / 1.5, 0, 1) * strength
        speckle = 1 - grain * np.abs(self.rng.normal(size=cover.shape))
        cover = (cover * speckle)[..., None]
        self.picture = self.picture * (1 - cover) + ink * cover

    def disc(self, x: float, y: float, radius: float) -> Floats:
        """Distance from a disc's rim."""
        return np.hypot(self.x - x, self.y - y) - radius

    def line(self, points: Floats, width: float | Floats) -> Floats:
        """Distance from a polyline (n, 2) of a breadth: a pen's or a brush's stroke."""
        widths = np.broadcast_to(np.asarray(width, float), len(points))
        nearest = np.full(self.x.shape, np.inf)
        for (x0, y0), (x1, y1), breadth in zip(points[:-1], points[1:], widths[:-1], strict=True):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((self.x - x0) * dx + (self.y - y0) * dy) / (dx * dx + dy * dy + 1e-12), 0, 1)
            nearest = np.minimum(nearest, np.hypot(self.x - x0 - along * dx, self.y - y0 - along * dy) - breadth / 2)
        return nearest
