"""Metals, and what is hard and smooth: glass, ceramics, lacquer."""

from functools import lru_cache

from ml.staging.furniture.material import Material, MaterialKind, srgb

METALS: dict[str, tuple[str, float, float]] = {
    # sRGB at normal incidence, roughness, metallic (a powder coat is paint).
    "black": ("232324", 0.42, 0.0),
    "brass": ("c7a25c", 0.28, 1.0),
    "aged_brass": ("9c7f4e", 0.38, 1.0),
    "chrome": ("d5d6d8", 0.12, 1.0),
    "steel": ("a9abad", 0.3, 1.0),
    "bronze": ("5d4a3b", 0.4, 1.0),
    "white": ("e9e7e2", 0.4, 0.0),
}


@lru_cache(maxsize=32)
def metal(name: str) -> Material:
    """The material of a finish of METALS; raises ValueError for another name."""
    if name not in METALS:
        raise ValueError(f"There is no metal {name!r}; there are: {', '.join(METALS)}.")
    code, roughness, metallic = METALS[name]
    return Material(f"metal:{name}", MaterialKind.METAL, srgb(code), roughness=roughness, metallic=metallic)


@lru_cache(maxsize=64)
def ceramic(code: str, roughness: float = 0.35) -> Material:
    """Glazed ceramic of an sRGB colour; a rough one is stoneware."""
    return Material(f"ceramic:{code}:{roughness}", MaterialKind.CERAMIC, srgb(code), roughness=roughness, specular=0.5)


@lru_cache(maxsize=4)
def clear_glass() -> Material:
    """Clear glass with a trace of green."""
    return Material(
        "glass:clear", MaterialKind.GLASS, (0.95, 0.98, 0.965), roughness=0.02, specular=0.5, transmission=0.95
    )


@lru_cache(maxsize=64)
def paper(code: str) -> Material:
    """Paper or card of an sRGB colour: pages and covers of books."""
    return Material(f"paper:{code}", MaterialKind.PAPER, srgb(code), roughness=0.75, specular=0.3)
