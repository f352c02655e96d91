"""The renderer's work on a scene: the room empty and furnished, one sample a pixel at a time, then freed of noise.

One sample a pixel at a time, for two reasons. A pixel's sum is then made by one addition after the other, in the same
order in every process, which adding up many samples side by side is not. And each sample is known to have met
furniture or not, so that light of the furniture and light of the room behind its edge never mix.

Runs in a process of its own (`ml.staging.rendering.child`): the renderer keeps memory, and a wrong libLLVM aborts.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.rendering.building import (
    furniture,
    has_glass,
    light_integrator,
    loaded,
    room,
    sensor,
    surface_integrator,
)
from ml.staging.rendering.scene import Layers, Scene

Pixels = NDArray[np.float32]

_FINE = 2
_FINE_PASSES = 4
"""Coverage is taken on pixels half as wide, four times with other samples: 16 samples a pixel, spread evenly."""

_BRIGHTEST = 4.0
"""In units of the photo's white: what a sample may be at most, so that one spark does not become a blot."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_NEARER = 2e-4
"""Share of its distance by which a sample must meet something nearer, to have met furniture: 1 mm at 5 m."""


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)


def render(scene: Scene, variant: str) -> Layers:
    """All layers of a scene. Raises ImportError where the renderer or its variant is missing."""
    import drjit
    import mitsuba as mi

    mi.set_variant(variant)
    drjit.set_thread_count(scene.threads)
    clock = _Clock()
    look = _Look(mi, glass=has_glass(scene))
    seeing = {"sensor": sensor(scene, mi)}
    with clock.step("empty"):
        plain, bare_depths = _empty(loaded({**room(scene, mi), **seeing}, mi), look, scene)
        gain = _gain(scene, plain)
        plain[..., :3] *= np.float32(gain)
    with clock.step("build"):
        shapes = furniture(scene, mi, scene.white / gain)
        full = loaded({**room(scene, mi), **shapes, **seeing}, mi)
    with clock.step("furnished"):
        split = _furnished(full, bare_depths, look, scene, gain)
        del full, bare_depths
    with clock.step("coverage"):
        alpha, depth = _coverage(mi, scene, shapes)
    with clock.step("denoise"):
        piece, shaded, bare = split.denoised(plain)
    return Layers(
        furniture=piece,
        alpha=alpha,
        depth_m=depth,
        shaded=shaded,
        plain=bare,
        variant=variant,
        samples=scene.samples,
        seconds=clock.seconds,
    )


class _Look:
    """One sample a pixel: the light that arrives, and what it comes from. The same seed gives both the same rays."""

    def __init__(self, mi: Any, *, glass: bool) -> None:
        self._mi = mi
        self._light = loaded(light_integrator(glass=glass), mi)
        self._surface = loaded(surface_integrator(), mi)

    def once(self, scene: Any, seed: int) -> Pixels:
        """H x w x 10: colour, albedo, normal, depth."""
        light, surface = (
            np.array(self._mi.render(scene, integrator=integrator, spp=1, seed=seed), np.float32)
            for integrator in (self._light, self._surface)
        )
        return np.nan_to_num(np.concatenate([light, surface], axis=2))


def _empty(room: Any, look: _Look, scene: Scene) -> tuple[Pixels, list[Pixels]]:
    """Mean of the empty room, 9 channels (colour, albedo, normal), and the depth that each sample met."""
    total = np.zeros((scene.crop.height, scene.crop.width, 9), np.float32)
    depths = []
    for number in range(scene.samples):
        found = look.once(room, scene.seed + number)
        total += found[..., :9]
        depths.append(_depth(found[..., 9]))
    return total / np.float32(scene.samples), depths


def _depth(found: Pixels) -> Pixels:
    """Where nothing is met, the renderer says 0."""
    return np.where(found > 0, found, np.inf).astype(np.float32)


def _gain(scene: Scene, plain: Pixels) -> float:
    """From the render's units to the photo's: free floor is as bright in both."""
    floor = (plain[..., :3] @ _LUMA)[scene.exposure.floor]
    rendered = float(np.median(floor)) if floor.size else 0.0
    return scene.exposure.luminance / rendered if rendered > 1e-6 else 1.0


class _Split:
    """Sums of samples that met furniture, and of those that did not."""

    def __init__(self, height: int, width: int) -> None:
        self.met = np.zeros((height, width, 9), np.float32)
        self.missed = np.zeros((height, width, 9), np.float32)
        self.hits = np.zeros((height, width, 1), np.float32)
        self.samples = 0

    def add(self, found: Pixels, hit: NDArray[np.bool_]) -> None:
        self.met += np.where(hit[..., None], found, 0)
        self.missed += np.where(hit[..., None], 0, found)
        self.hits += hit[..., None]
        self.samples += 1

    def denoised(self, plain: Pixels) -> tuple[Pixels, Pixels, Pixels]:
        """Furniture, room with furniture and room without, h x w x 3 each."""
        own = self.met / np.maximum(self.hits, 1)
        missed = self.missed / np.maximum(self.samples - self.hits, 1)
        # Where furniture hides the room, its shade goes on: no edge there, and nothing leaks in from the furniture.
        seen = self.hits[..., 0] < self.samples
        ratio = np.where(seen[..., None], missed[..., :3] / np.maximum(plain[..., :3], 1e-4), 1)
        shade = extended(ratio.astype(np.float32), seen)
        behind = np.where(seen[..., None], missed, plain)
        behind[..., :3] = plain[..., :3] * shade
        return (
            _denoised(extended(np.asarray(own, np.float32), self.hits[..., 0] > 0)),
            _denoised(behind.astype(np.float32)),
            _denoised(plain),
        )


def _furnished(full: Any, bare_depths: list[Pixels], look: _Look, scene: Scene, gain: float) -> _Split:
    """A sample met furniture where it met something nearer than the same ray did in the empty room."""
    split = _Split(scene.crop.height, scene.crop.width)
    for number, bare in enumerate(bare_depths):
        found = look.once(full, scene.seed + number)
        hit = _depth(found[..., 9]) < bare * np.float32(1 - _NEARER)
        found[..., :3] = np.minimum(found[..., :3] * np.float32(gain), _BRIGHTEST)
        split.add(found[..., :9], hit)
    return split


def _coverage(mi: Any, scene: Scene, shapes: dict[str, Any]) -> tuple[Pixels, Pixels]:
    """Share of each pixel that furniture covers, and its distance; proxies of walls hide what is behind them."""
    seeing = {"sensor": sensor(scene, mi, finer=_FINE), "integrator": {"type": "depth"}}
    walls = {name: value for name, value in room(scene, mi).items() if name.startswith("wall")}
    pieces = loaded({"type": "scene", **shapes, **seeing}, mi)
    hiding = loaded({"type": "scene", **walls, **seeing}, mi) if walls else None
    height, width = scene.crop.height, scene.crop.width
    covered = np.zeros((height, width), np.float32)
    nearest = np.full((height, width), np.inf, np.float32)
    for number in range(_FINE_PASSES):
        seed = scene.seed + 1000 + number
        depth = _met(pieces, mi, seed)
        if hiding is not None:
            depth = np.where(depth < _met(hiding, mi, seed), depth, np.float32(np.inf))
        tiles = depth.reshape(height, _FINE, width, _FINE)
        covered += np.isfinite(tiles).mean(axis=(1, 3), dtype=np.float32)
        nearest = np.minimum(nearest, tiles.min(axis=(1, 3)))
    return covered / np.float32(_FINE_PASSES), nearest


def _met(scene: Any, mi: Any, seed: int) -> Pixels:
    """Distance of what one sample a pixel meets, h x w."""
    return _depth(np.array(mi.render(scene, spp=1, seed=seed), np.float32)[..., 0])


def _denoised(layer: Pixels) -> Pixels:
    """Colour freed of noise, guided by albedo and normal: h x w x 3 of h x w x 9."""
    import pyoidn

    colour, albedo, normal = (np.ascontiguousarray(layer[..., start : start + 3]) for start in (0, 3, 6))
    return np.asarray(pyoidn.denoise(colour, albedo=np.clip(albedo, 0, 1), normal=normal, hdr=True), np.float32)


def extended(layer: Pixels, seen: NDArray[np.bool_]) -> Pixels:
    """Values carried on beyond where they are known: means of what is known around, so that a denoiser sees no edge."""
    known = seen.astype(np.float32)
    total = np.zeros_like(layer)
    weight = np.zeros((*known.shape, 1), np.float32)
    for sigma, share in ((1.0, 1.0), (3.0, 1e-3)):
        around = cv2.GaussianBlur(known, (0, 0), sigma)[..., None]
        channels = [np.ascontiguousarray(layer[..., c]) * known for c in range(layer.shape[2])]
        total += np.float32(share) * np.dstack([cv2.GaussianBlur(channel, (0, 0), sigma) for channel in channels])
        weight += np.float32(share) * around
    return np.where(seen[..., None], layer, total / np.maximum(weight, 1e-9)).astype(np.float32)
