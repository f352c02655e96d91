"""Materials of furniture in the renderer's terms: the principled model, thin and clear ones, textures and relief.

Every opaque material has the same form, with a texture of one pixel where it has one colour and a flat relief where it
has none: the renderer compiles its loops anew, for many seconds, for each set of forms that it has not met.
"""

from typing import Any

import numpy as np

from ml.staging.furniture import Material, MaterialKind, Relief, Texture
from ml.staging.rendering.scene import Surface

Plugin = dict[str, Any]


def bsdf_of(material: Material, mi: Any) -> Plugin:
    """The reflectance of a material as a dictionary for `mitsuba.load_dict`; `mi` is the module, its variant set."""
    if material.kind is MaterialKind.GLASS and material.transmission > 0.5:
        return {"type": "dielectric", "int_ior": 1.5, "ext_ior": 1.0}
    colour = _colour(material.base_colour, mi)
    inner: Plugin
    if material.transmission > 0:
        # Leaves and lamp shades: thin, and what is lit on one side shines on the other. diff_trans 2 lets all through.
        inner = {
            "type": "principledthin",
            "base_color": colour,
            "roughness": material.roughness,
            "diff_trans": 2 * min(1.0, material.transmission),
            "sheen": material.sheen,
        }
        return _raised(inner, material.relief, mi)
    inner = {
        "type": "principled",
        "base_color": colour,
        "roughness": max(0.03, material.roughness),
        "metallic": material.metallic,
        "specular": material.specular,
        "sheen": material.sheen,
        "sheen_tint": 0.5,
        "clearcoat": material.clearcoat,
        "clearcoat_gloss": 0.9,
    }
    return {"type": "twosided", "inner": _raised(inner, material.relief, mi)}


def proxy_bsdf(surface: Surface) -> Plugin:
    """The reflectance of a proxy of the room."""
    colour = {"type": "rgb", "value": list(surface.albedo)}
    inner = {
        "type": "principled",
        "base_color": colour,
        "roughness": surface.roughness,
        "specular": surface.specular,
    }
    return {"type": "twosided", "inner": inner}


def _colour(base: Texture | tuple[float, float, float], mi: Any) -> Plugin:
    if isinstance(base, Texture):
        picture = mi.Bitmap(np.ascontiguousarray(base.pixels), mi.Bitmap.PixelFormat.RGB)
        picture.set_srgb_gamma(True)
        return {"type": "bitmap", "bitmap": picture, "to_uv": _tiled(base.tile, mi)}
    one = np.array([[[round(255 * value) for value in base]]], np.uint8)
    return _colour(Texture(one), mi)


def _raised(inner: Plugin, relief: Relief | None, mi: Any) -> Plugin:
    relief = relief or Relief(np.zeros((2, 2), np.float32))
    heights = mi.Bitmap(np.ascontiguousarray(relief.heights_m[..., None], np.float32))
    texture = {"type": "bitmap", "bitmap": heights, "raw": True, "to_uv": _tiled(relief.tile, mi)}
    return {"type": "bumpmap", "arbitrary": texture, "scale": 1.0, "inner": inner}


def _tiled(tile: tuple[float, float], mi: Any) -> Any:
    return mi.ScalarTransform4f().scale([1 / tile[0], 1 / tile[1], 1])
