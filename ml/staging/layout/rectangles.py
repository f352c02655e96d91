"""Rectangles on the floor along the room's directions."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rectangle:
    """x0 < x1 and y0 < y1, metres."""

    x0: float
    x1: float
    y0: float
    y1: float

    @classmethod
    def about(cls, x: float, y: float, width: float, depth: float, heading_deg: float = 0.0) -> "Rectangle":
        """The least one around a width x depth rectangle with its middle at x, y, turned by the heading."""
        sine, cosine = abs(math.sin(math.radians(heading_deg))), abs(math.cos(math.radians(heading_deg)))
        half_x = (width * cosine + depth * sine) / 2
        half_y = (width * sine + depth * cosine) / 2
        return cls(x - half_x, x + half_x, y - half_y, y + half_y)

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return ((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)

    @property
    def area_m2(self) -> float:
        """Square metres."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def moved(self, x: float, y: float) -> "Rectangle":
        """Shifted by metres."""
        return Rectangle(self.x0 + x, self.x1 + x, self.y0 + y, self.y1 + y)

    def grown(self, by: float) -> "Rectangle":
        """Larger by metres on every side."""
        return Rectangle(self.x0 - by, self.x1 + by, self.y0 - by, self.y1 + by)

    def overlap_m2(self, other: "Rectangle") -> float:
        """The area that two share."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        depth = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, depth)

    def distance(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of points (n x 2) from it, metres; 0 inside."""
        x = np.maximum(np.maximum(self.x0 - points[:, 0], points[:, 0] - self.x1), 0)
        y = np.maximum(np.maximum(self.y0 - points[:, 1], points[:, 1] - self.y1), 0)
        return np.asarray(np.hypot(x, y))
