"""What is rendered, as data: the camera, the room's proxy surfaces and lights, the furniture. Knows no renderer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture import Part
from ml.staging.room import Camera

Floats = NDArray[np.float64]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        """Of an array that is the whole picture."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Of an array that is the whole picture."""
        return slice(self.left, self.left + self.width)


@dataclass(frozen=True, slots=True)
class Surface:
    """How a proxy surface answers to light. Colours are linear, 0 to 1."""

    albedo: Rgb
    roughness: float = 1.0
    specular: float = 0.0
    """Strength of the reflection at the surface, as of the principled model: 0.5 is a varnish, 0 none."""


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """A rectangle, mostly upright: its middle, the direction it faces (unit; level or straight down), its size."""

    middle_m: Floats
    normal: Floats
    width_m: float
    height_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """A proxy of a wall."""

    shape: Upright
    surface: Surface


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A light with an area: a window, the ceiling, what is behind the camera. Shines to where it faces."""

    shape: Upright
    radiance: Rgb


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A piece of furniture in the room."""

    parts: tuple[Part, ...]
    to_room: Floats
    """4 x 4, from the piece's frame to the room's."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What ties the render's light to the photo's: floor that nothing stands on."""

    floor: NDArray[np.bool_]
    """Pixels of the crop that show plain floor."""
    luminance: float
    """Their median in the photo, linear, 1 is the photo's white."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that a render follows from."""

    camera: Camera
    crop: Crop
    floor: Surface
    walls: tuple[Wall, ...]
    panels: tuple[Panel, ...]
    environment: NDArray[np.float32]
    """As `Light.environment`."""
    standing: tuple[Standing, ...]
    exposure: Exposure
    white: float
    """Luminance of a white wall in the photo: what `Material.emission` is a multiple of."""
    samples: int
    seed: int
    threads: int


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What a render gives, all float32 of the crop's size, light in the photo's linear units."""

    furniture: NDArray[np.float32]
    """h x w x 3: the furniture's own colour where it is seen, and beyond its edge what continues it; denoised."""
    alpha: NDArray[np.float32]
    """h x w: share of each pixel that furniture covers."""
    depth_m: NDArray[np.float32]
    """h x w: distance of the furniture from the camera; infinite where none is."""
    shaded: NDArray[np.float32]
    """h x w x 3: the empty proxy with the furniture's shadows and reflections, where furniture does not hide it."""
    plain: NDArray[np.float32]
    """h x w x 3: the empty proxy."""
    variant: str
    """Of the renderer: llvm_ad_rgb or scalar_rgb."""
    samples: int
    seconds: dict[str, float]
    """Wall time of its steps."""
