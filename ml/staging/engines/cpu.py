"""The default engine: physically based rendering of the furniture on the processor, laid into the photo."""

import importlib.metadata
import importlib.util
import time

import cv2
import numpy as np

from ml.staging.compositing.laying import lay
from ml.staging.compositing.nearer import standing_before
from ml.staging.compositing.shading import ratio_of
from ml.staging.compositing.surfaces import ground_of
from ml.staging.engines.interface import Answer, Removal, Work
from ml.staging.errors import EngineMissingError, NotSupportedError
from ml.staging.rendering import process
from ml.staging.rendering.proxy import GLOSSY, scene_of
from ml.staging.rendering.scene import Crop

LONGEST = 2048
"""Pixels of the longer side that furniture is rendered at; above, the layer is laid enlarged on the photo's pixels."""

SAMPLES, SAMPLES_SLOW = 12, 6
"""A pixel, with the compiled renderer and with the plain one."""


class CpuEngine:
    """Renders with mitsuba in a child process, frees the layers of noise, and lays them into the photo."""

    name = "cpu"
    revision = 3
    removes_furniture = False

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest

    def identity(self) -> str:
        """Versions of renderer and denoiser, the variant, and the processor's features."""
        check_installed()
        versions = [f"{name} {importlib.metadata.version(name)}" for name in ("mitsuba", "pyoidn")]
        return f"cpu@{self.revision} {' '.join(versions)} {process.variant()} {process.machine()}"

    def furnish(self, work: Work) -> Answer:
        """Raises EngineMissingError, NotSupportedError, and what `process.render` raises."""
        if work.removal is Removal.ON:
            raise NotSupportedError(
                "The cpu engine cannot take furniture out: ask with removal off, or another engine."
            )
        check_installed()
        fast = process.variant() == process.FAST
        samples = work.samples or (SAMPLES if fast else SAMPLES_SLOW)
        started = time.perf_counter()
        scene = scene_of(work, longest=self._longest, samples=samples)
        layers = process.render(scene, process.Limits(work.bounds.seconds, work.bounds.memory_bytes), work.told)
        rendered = time.perf_counter()
        camera, crop = scene.camera, scene.crop
        items = work.layout.items
        ground = ground_of(work.room, items, camera, crop)
        before = standing_before(work.room, camera, crop, layers.depth_m)
        soft = cv2.GaussianBlur(before.astype(np.float32), (0, 0), 0.7)
        alpha = layers.alpha * (1 - soft)
        ratio = ratio_of(layers, ground, glossy=scene.floor.specular >= GLOSSY)
        height, width = work.photo.shape[:2]
        size = (camera.width, camera.height)
        shadable = ground_of(work.room, items, work.room.camera, Crop(0, 0, width, height)).shadable
        laid = lay(work.photo, crop, size, layers.furniture, alpha, ratio, shadable=shadable, seed=work.seed)
        details: dict[str, str | int | float] = {
            "variant": layers.variant,
            "samples": samples,
            "render_width": camera.width,
            "render_height": camera.height,
            "seconds_rendering": round(rendered - started, 2),
            "seconds_laying": round(time.perf_counter() - rendered, 2),
            **{f"seconds_{name}": seconds for name, seconds in layers.seconds.items()},
        }
        if not fast:
            details["note"] = "no usable libLLVM was found: fewer samples, more noise (see `vls-media doctor`)"
        return Answer(laid.pixels, laid.furniture, details)


def check_installed() -> None:
    """Raises EngineMissingError where the renderer or the denoiser is not installed."""
    absent = [name for name in ("mitsuba", "pyoidn") if importlib.util.find_spec(name) is None]
    if absent:
        raise EngineMissingError(
            f"The cpu engine needs {' and '.join(absent)}, not installed here: run `make setup-staging`."
        )
