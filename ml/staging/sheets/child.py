"""The child process that renders sheets: reads scenes from a file, writes a picture of each.

python -m ml.staging.sheets.child SCENES PICTURES MEMORY_BYTES

One process for all: the renderer is started and its loops are compiled once. No layers: a sheet has no photo under it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.staging.rendering.building import furniture, room, sensor
from ml.staging.rendering.child import serve
from ml.staging.rendering.scene import Scene

_DEPTH = 5
_BRIGHTEST = 8.0
"""What a sample may be at most, so that one spark does not become a blot."""


def picture(scene: Scene, mi: Any) -> NDArray[np.float32]:
    """Light of the whole scene, linear, height x width x 3, freed of noise."""
    import pyoidn

    integrator = {
        "type": "aov",
        "aovs": "albedo:albedo,normal:sh_normal",
        "inner": {"type": "path", "max_depth": _DEPTH},
    }
    shapes = furniture(scene, mi, scene.white)
    loaded = mi.load_dict({**room(scene, mi), **shapes, "sensor": sensor(scene, mi), "integrator": integrator})
    found = np.nan_to_num(np.array(mi.render(loaded, spp=scene.samples, seed=scene.seed), np.float32))
    colour, albedo, normal = (np.ascontiguousarray(found[..., start : start + 3]) for start in (0, 3, 6))
    colour = np.minimum(colour, _BRIGHTEST)
    return np.asarray(pyoidn.denoise(colour, albedo=np.clip(albedo, 0, 1), normal=normal, hdr=True), np.float32)


def pictures(scenes: Sequence[Scene], variant: str, told: Callable[[float], None]) -> list[NDArray[np.float32]]:
    """Of each scene; `told` hears after each which share of them is done."""
    import drjit
    import mitsuba as mi

    mi.set_variant(variant)
    made = []
    for scene in scenes:
        drjit.set_thread_count(scene.threads)
        made.append(picture(scene, mi))
        told(len(made) / len(scenes))
    return made


if __name__ == "__main__":
    raise SystemExit(serve(pictures))
