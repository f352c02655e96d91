"""The finishes of a set of furniture: which textile, wood, metal and colour each role has. A kit chooses them."""

from dataclasses import dataclass

TEXTILES = ("linen", "weave", "velvet", "boucle", "leather", "knit", "cotton", "chenille")
"""The fabrics that `textile` can weave."""

RUGS = ("plain", "border", "lattice", "stripes", "vintage", "abstract", "jute", "shag", "geometric", "checked")
"""The patterns of a rug."""


@dataclass(frozen=True, slots=True)
class Cloth:
    """A fabric of TEXTILES in an sRGB colour of six hex digits."""

    textile: str
    colour: str


@dataclass(frozen=True, slots=True)
class RugFinish:
    """A pattern of RUGS: the ground's colour and the figure's."""

    pattern: str
    ground: str
    figure: str


@dataclass(frozen=True, slots=True)
class Finishes:
    """One finish for each role, the same for all pieces of a room."""

    upholstery: Cloth = Cloth("weave", "bdb6a9")
    upholstery_second: Cloth = Cloth("boucle", "d9d3c7")
    accent: Cloth = Cloth("velvet", "8f5a3c")
    accent_second: Cloth = Cloth("linen", "4f6168")
    bedding: Cloth = Cloth("cotton", "eceae5")
    throw: Cloth = Cloth("knit", "a3927d")
    curtain: Cloth = Cloth("linen", "e3ddd1")
    wood: str = "oak"
    wood_second: str = "walnut"
    metal: str = "black"
    ceramic: str = "e4dfd6"
    ceramic_second: str = "6f6a62"
    shade: str = "efe6d6"
    lacquer: str = "white"
    rug: RugFinish = RugFinish("border", "d6cfc1", "8d8577")
    prints: tuple[str, ...] = ("arches", "horizon", "leaf_study")
    light_kelvin: int = 3000
    dressed: bool = True
    """Whether vases, books and cushions stand on the pieces."""
