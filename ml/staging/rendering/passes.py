"""The renderer's work on a scene: the room empty and furnished, one sample a pixel at a time, then freed of noise.

One sample a pixel at a time, for two reasons. A pixel's sum is then made by one addition after the other, in the same
order in every process, which adding up many samples side by side is not. And each sample is known to have met
furniture or not, so that light of the furniture and light of the room behind its edge never mix.

Runs in a process of its own (`ml.staging.rendering.child`): the renderer keeps memory, and a wrong libLLVM aborts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

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

_FINE, _FINE_PASSES = 4, 2
"""Coverage is taken on pixels a quarter as wide, twice: 32 samples a pixel. Fewer leave dots on edges."""

_BAND = 1 << 22
"""Rays of coverage at a time, so that memory does not follow the picture's size."""

_BRIGHTEST = 4.0
"""In units of the photo's white: what a sample may be at most, so that one spark does not become a blot."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_DARKEST = 0.05
"""Added to albedo before light is divided by it: black things mirror light too."""

_TOLD = 1 / 3
"""Share of a pixel's samples from which on they tell what they met; fewer are completed by what is beside them."""

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


class _Progress:
    """Passes that are done, of all that there will be."""

    def __init__(self, scene: Scene, told: Callable[[float], None]) -> None:
        self._told, self._done = told, 0
        self._all = 2 * scene.samples + _FINE_PASSES + 1

    def one(self) -> None:
        """One more is done."""
        self._done += 1
        self._told(self._done / self._all)


def render(scene: Scene, variant: str, told: Callable[[float], None] = lambda _share: None) -> Layers:
    """All layers of a scene; `told` hears after each pass which share of them is done.

    Raises ImportError where the renderer or its variant is missing.
    """
    import drjit
    import mitsuba as mi

    mi.set_variant(variant)
    drjit.set_thread_count(scene.threads)
    clock, progress = _Clock(), _Progress(scene, told)
    look = _Look(mi, glass=has_glass(scene))
    seeing = {"sensor": sensor(scene, mi)}
    with clock.step("empty"):
        plain, bare_depths = _empty(loaded({**room(scene, mi), **seeing}, mi), look, scene, progress)
        gain = _gain(scene, plain)
        plain[..., :3] *= np.float32(gain)
    with clock.step("build"):
        shapes = furniture(scene, mi, scene.white / gain)
        full = loaded({**room(scene, mi), **shapes, **seeing}, mi)
    with clock.step("furnished"):
        split = _furnished(full, bare_depths, look, scene, gain, progress)
        del full, bare_depths
    with clock.step("coverage"):
        coverage = _coverage(mi, scene, shapes, progress)
    with clock.step("denoise"):
        piece, shaded, bare = split.denoised(plain, coverage)
    progress.one()
    return Layers(
        furniture=piece,
        alpha=coverage.alpha,
        depth_m=coverage.depth_m,
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
        return np.concatenate([np.nan_to_num(light[..., :3]), _surfaces(surface)], axis=2)


def _surfaces(found: Pixels) -> Pixels:
    """Albedo, normal, depth of samples. Metals say an albedo far above 1 where they mirror the eye."""
    found = np.asarray(np.nan_to_num(found), np.float32)
    found[..., :3] = np.clip(found[..., :3], 0, 1)
    return found


def _empty(room: Any, look: _Look, scene: Scene, progress: _Progress) -> tuple[Pixels, list[Pixels]]:
    """Mean of the empty room, 9 channels (colour, albedo, normal), and the depth that each sample met."""
    total = np.zeros((scene.crop.height, scene.crop.width, 9), np.float32)
    depths = []
    for number in range(scene.samples):
        found = look.once(room, scene.seed + number)
        total += found[..., :9]
        depths.append(_depth(found[..., 9]))
        progress.one()
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

    def denoised(self, plain: Pixels, coverage: "_Coverage") -> tuple[Pixels, Pixels, Pixels]:
        """Furniture, room with furniture and room without, h x w x 3 each."""
        missed = self.missed / np.maximum(self.samples - self.hits, 1)
        # Where furniture hides the room, its shade goes on: no edge there, and nothing leaks in from the furniture. So
        # too where only a few samples passed it by: what they say is chance, and would stand as dots along its edges.
        seen = self.hits[..., 0] <= self.samples * (1 - _TOLD)
        ratio = np.where(seen[..., None], missed[..., :3] / np.maximum(plain[..., :3], 1e-4), 1)
        shade = extended(ratio.astype(np.float32), seen)
        behind = np.where(seen[..., None], missed, plain)
        behind[..., :3] = plain[..., :3] * shade
        return (
            self._furniture(coverage),
            _denoised(behind.astype(np.float32)),
            _denoised(plain),
        )

    def _furniture(self, coverage: "_Coverage") -> Pixels:
        """Light that falls on furniture freed of noise, times its colour, which the samples of coverage know better.

        A few samples catch prints, weaves and frames by chance, and a denoiser takes what they caught for drawing.
        """
        own = self.met / np.maximum(self.hits, 1)
        light = np.asarray(own[..., :3] / (own[..., 3:6] + _DARKEST), np.float32)
        light = extended(light, self.hits[..., 0] >= self.samples * _TOLD)
        surface = extended(coverage.surface, coverage.alpha > 0)
        guides = np.concatenate([light, np.ones_like(light), surface[..., 3:]], axis=2)
        return np.asarray(_denoised(guides) * (surface[..., :3] + _DARKEST), np.float32)


def _furnished(
    full: Any, bare_depths: list[Pixels], look: _Look, scene: Scene, gain: float, progress: _Progress
) -> _Split:
    """A sample met furniture where it met something nearer than the same ray did in the empty room."""
    split = _Split(scene.crop.height, scene.crop.width)
    for number, bare in enumerate(bare_depths):
        found = look.once(full, scene.seed + number)
        hit = _depth(found[..., 9]) < bare * np.float32(1 - _NEARER)
        found[..., :3] = np.minimum(found[..., :3] * np.float32(gain), _BRIGHTEST)
        split.add(found[..., :9], hit)
        progress.one()
    return split


class _Coverage(NamedTuple):
    """What primary rays say of the furniture, more of them than carry light."""

    alpha: Pixels
    """h x w: share of each pixel that it covers."""
    depth_m: Pixels
    """h x w: distance of its nearest, infinite where none is."""
    surface: Pixels
    """h x w x 6: mean albedo and normal of what covers, 0 where nothing does."""


def _coverage(mi: Any, scene: Scene, shapes: dict[str, Any], progress: _Progress) -> _Coverage:
    """Proxies of walls hide what is behind them."""
    walls = {name: value for name, value in room(scene, mi).items() if name.startswith("wall")}
    pieces = loaded({"type": "scene", **shapes}, mi)
    hiding = loaded({"type": "scene", **walls}, mi) if walls else None
    seen, distance = loaded(surface_integrator(), mi), loaded({"type": "depth"}, mi)

    def met_by(eye: Any, seed: int) -> Pixels:
        """H x w x 7: albedo, normal, depth of the furniture that one ray of each fine pixel meets."""
        found = _surfaces(np.array(mi.render(pieces, sensor=eye, integrator=seen, spp=1, seed=seed), np.float32))
        depth = _depth(found[..., 6])
        if hiding is not None:
            wall = np.array(mi.render(hiding, sensor=eye, integrator=distance, spp=1, seed=seed), np.float32)
            depth = np.where(depth < _depth(wall[..., 0]), depth, np.float32(np.inf))
        found[..., :6] *= np.isfinite(depth)[..., None]
        found[..., 6] = depth
        return found

    height, width = scene.crop.height, scene.crop.width
    alpha = np.zeros((height, width), np.float32)
    nearest = np.full((height, width), np.inf, np.float32)
    surface = np.zeros((height, width, 6), np.float32)
    rows = max(1, _BAND // (_FINE * _FINE * width))
    for number in range(_FINE_PASSES):
        for top in range(0, height, rows):
            band = slice(top, min(top + rows, height))
            crop = replace(scene.crop, top=scene.crop.top + top, height=band.stop - top)
            eye = loaded(sensor(replace(scene, crop=crop), mi, finer=_FINE), mi)
            found = met_by(eye, scene.seed + 1000 + number * height + top)
            tiles = found.reshape(band.stop - top, _FINE, width, _FINE, 7)
            alpha[band] += np.isfinite(tiles[..., 6]).mean(axis=(1, 3), dtype=np.float32)
            nearest[band] = np.minimum(nearest[band], tiles[..., 6].min(axis=(1, 3)))
            surface[band] += tiles[..., :6].mean(axis=(1, 3), dtype=np.float32)
        progress.one()
    surface /= np.maximum(alpha, 1e-6)[..., None]
    return _Coverage(alpha / np.float32(_FINE_PASSES), nearest, surface)


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
