"""What a part is made of: colour, roughness and relief, in the terms of the principled reflectance model."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class MaterialKind(StrEnum):
    """The family of a material."""

    FABRIC = "fabric"
    LEATHER = "leather"
    WOOD = "wood"
    METAL = "metal"
    GLASS = "glass"
    CERAMIC = "ceramic"
    STONE = "stone"
    PAINT = "paint"
    PAPER = "paper"
    LEAF = "leaf"
    WICKER = "wicker"
    LAMP = "lamp"


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """A picture laid over uvs, repeated without a seam.

    pixels: uint8 (h, w, 3), sRGB. tile: how many uv units one repeat covers, in u and in v (metres where the mesh's
    uvs are metres, 1 where they run from 0 to 1).
    """

    pixels: NDArray[np.uint8]
    tile: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Heights laid over uvs as a texture is: float32 (h, w), in metres above the surface."""

    heights_m: NDArray[np.float32]
    tile: tuple[float, float] = (1.0, 1.0)


Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A material (Burley 2012, "Physically-based shading at Disney").

    name: names the content; two materials of one name are equal.
    base_colour: a texture, or one sRGB colour 0 to 1. roughness, metallic, specular, sheen, clearcoat: 0 to 1.
    transmission: share of light that passes through (clear glass 1, a lamp shade or a leaf some); a part with
    transmission of kind GLASS is a closed solid. emission: what it shines by itself, linear RGB, in multiples of a
    white wall in the room's own light.
    """

    name: str
    kind: MaterialKind
    base_colour: Texture | Rgb
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    sheen: float = 0.0
    clearcoat: float = 0.0
    transmission: float = 0.0
    relief: Relief | None = None
    emission: Rgb | None = None


def srgb(code: str) -> Rgb:
    """The sRGB colour 0 to 1 of six hex digits; raises ValueError where they are not."""
    if len(code) != 6:
        raise ValueError(f"A colour is six hex digits; found {code!r}.")
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue
