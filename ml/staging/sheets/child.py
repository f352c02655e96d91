"""The child process that renders sheets: reads scenes from a file, writes a picture of each, says how many are done.

python -m ml.staging.sheets.child SCENES PICTURES MEMORY_BYTES

One process for all: the renderer is started and its loops are compiled once. No layers: a sheet has no photo under it.
"""

import os
import pickle
import resource
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.staging.rendering.building import furniture, room, sensor
from ml.staging.rendering.child import MISSING, end_with_parent
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


def main() -> int:
    """Render the scenes of a file."""
    end_with_parent()
    source, target, memory = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with source.open("rb") as file:
        # Written by the parent a moment ago, in a folder that is this user's alone.
        scenes, variant = pickle.load(file)  # noqa: S301
    try:
        import drjit
        import mitsuba as mi

        mi.set_variant(variant)
        pictures = []
        for number, scene in enumerate(scenes):
            drjit.set_thread_count(scene.threads)
            pictures.append(picture(scene, mi))
            sys.stdout.write(f"{number + 1}\n")
            sys.stdout.flush()
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return MISSING
    with target.open("wb") as file:
        pickle.dump(pictures, file, protocol=5)
    # The renderer's threads take a second to say goodbye, and nothing is left to be written.
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
