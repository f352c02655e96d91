"""Take a photo of a scene: camera, light at low resolution, colours at full resolution, and development."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deploy.demo.rooms.denoise import Places, bring_up, filled, smooth_light, without_specks
from deploy.demo.rooms.light import Tracer
from deploy.demo.rooms.scene import Hits, Material, Scene, first_hits, reflect
from deploy.demo.rooms.shapes import Floats, Point

_RAYS_AT_ONCE = 1 << 15
_EDGE_CONTRAST = 0.05
_EDGE_SAMPLES = ((-0.3, -0.1), (0.1, -0.3), (0.3, 0.1), (-0.1, 0.3))


@dataclass(frozen=True)
class Camera:
    """A level camera with shifted lens: verticals stay vertical, as in photos of rooms."""

    position: Point
    target: Point  # only its direction across the floor counts; `shift` looks up or down
    width_degrees: float = 75.0
    shift: float = 0.0  # of the picture's height, positive looks down
    exposure: float = 1.0

    def rays(self, rows: Floats, columns: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """Origins and unit directions through places of a picture of (height, width), shape (3, n)."""
        height, width = size
        ahead = np.array([self.target[0] - self.position[0], self.target[1] - self.position[1], 0.0])
        ahead /= np.linalg.norm(ahead)
        right = np.array([ahead[1], -ahead[0], 0.0])
        reach = np.tan(np.radians(self.width_degrees / 2))
        x = (columns / width * 2 - 1) * reach
        y = (1 - rows / height * 2) * reach * height / width - 2 * self.shift * reach * height / width
        direction = ahead[:, None] + right[:, None] * x + np.array([[0.0], [0.0], [1.0]]) * y
        direction /= np.linalg.norm(direction, axis=0)
        origin = np.repeat(np.array(self.position)[:, None], len(rows), axis=1)
        return origin.astype(np.float32), direction.astype(np.float32)


@dataclass(frozen=True)
class Quality:
    """Sizes and numbers of samples."""

    width: int = 1920
    height: int = 1280
    light_width: int = 480
    light_height: int = 320
    samples: int = 14


@dataclass(frozen=True, eq=False)
class _View:
    """What the camera sees, with mirrors looked into: hits and the direction that each was reached by."""

    hits: Hits
    direction: Floats


def _look(scene: Scene, origin: Floats, direction: Floats) -> _View:
    hits = first_hits(scene, origin, direction)
    mirrors = [index for index, name in enumerate(scene.material_names) if scene.materials[name].mirror]
    seen = np.flatnonzero(np.isin(hits.material, mirrors))
    if len(seen):
        direction = direction.copy()
        direction[:, seen] = reflect(direction[:, seen], hits.normal[:, seen])
        start = hits.point[:, seen] + np.float32(1e-3) * hits.normal[:, seen]
        beyond = first_hits(scene, start, direction[:, seen])
        for ours, theirs in ((hits.point, beyond.point), (hits.normal, beyond.normal)):
            ours[:, seen] = theirs
        hits.distance[seen] = beyond.distance
        hits.material[seen] = beyond.material
        hits.shape[seen] = beyond.shape
    return _View(hits, direction)


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    rows, columns = np.meshgrid(np.arange(height) + 0.5, np.arange(width) + 0.5, indexing="ij")
    return rows.ravel(), columns.ravel()


@dataclass(frozen=True, eq=False)
class _Light:
    """Smoothed light on the coarse grid, with the surfaces that it belongs to; arrays of (height, width, channels)."""

    both: Floats  # three channels that arrive, three that are mirrored
    point: Floats
    normal: Floats


def take_photo(scene: Scene, camera: Camera, quality: Quality, seed: int) -> NDArray[np.uint8]:
    """A photo as 8-bit sRGB, shape (height, width, 3). The same seed gives the same picture."""
    light = _measure_light(scene, camera, quality, np.random.default_rng(seed))
    rows, columns = _grid(quality.height, quality.width)
    size = (quality.height, quality.width)
    shader = _Shader(scene, camera, light, size)
    plain = shader.colours(rows, columns)
    edges = np.flatnonzero(_edges(plain.reshape(3, *size)).ravel())
    finer = [_compressed(shader.colours(rows[edges] + dy, columns[edges] + dx)) for dy, dx in _EDGE_SAMPLES]
    picture = _compressed(plain)
    picture[:, edges] = np.mean(finer, axis=0)
    linear = picture / (1 - np.minimum(picture, 0.999))
    return _develop(linear.reshape(3, *size).transpose(1, 2, 0), camera.exposure)


def _compressed(colour: Floats) -> Floats:
    """Map 0 to infinity onto 0 to 1: averaging edges there keeps them smooth next to bright windows."""
    squeezed: Floats = colour / (1 + colour)
    return squeezed


def _measure_light(scene: Scene, camera: Camera, quality: Quality, rng: np.random.Generator) -> _Light:
    size = (quality.light_height, quality.light_width)
    rows, columns = _grid(*size)
    view = _look(scene, *camera.rays(rows, columns, size))
    hits = view.hits
    tracer = Tracer(scene, rng)
    arriving = np.zeros_like(hits.point)
    reflected = np.zeros_like(hits.point)
    gloss, roughness = _by_material(scene, hits.material)
    seen = np.flatnonzero(hits.material >= 0)
    glossy = np.flatnonzero(gloss > 0)
    for _ in range(quality.samples):
        for rays in np.array_split(seen, max(1, len(seen) // _RAYS_AT_ONCE)):
            arriving[:, rays] += tracer.arriving(hits.point[:, rays], hits.normal[:, rays])
        for rays in np.array_split(glossy, max(1, len(glossy) // _RAYS_AT_ONCE)):
            if len(rays):
                at = (hits.point[:, rays], hits.normal[:, rays], view.direction[:, rays], roughness[rays])
                reflected[:, rays] += tracer.mirrored(*at)
    point, normal, light, shine = (
        array.reshape(3, *size).transpose(1, 2, 0) for array in (hits.point, hits.normal, arriving, reflected)
    )
    light = smooth_light(without_specks(light / quality.samples), point, normal, 4, 1.2)
    shine = smooth_light(without_specks(shine / quality.samples), point, normal, 2, 1.0)
    known = (hits.material >= 0).reshape(size)
    return _Light(filled(np.concatenate([light, shine], axis=2), known), point, normal)


def _by_material(scene: Scene, material: NDArray[np.int16]) -> tuple[Floats, Floats]:
    """Gloss and roughness of each hit; 0 for the sky."""
    listed = [scene.materials[name] for name in scene.material_names]
    gloss = np.array([*(entry.gloss for entry in listed), 0], dtype=np.float32)[material]
    roughness = np.array([*(entry.roughness for entry in listed), 0], dtype=np.float32)[material]
    return gloss, roughness


@dataclass(frozen=True, eq=False)
class _Shader:
    """Colours of the full picture from the measured light."""

    scene: Scene
    camera: Camera
    light: _Light
    size: tuple[int, int]

    def colours(self, rows: Floats, columns: Floats) -> Floats:
        """Linear colours at places of the full picture, shape (3, n)."""
        parts = np.array_split(np.arange(len(rows)), max(1, len(rows) // _RAYS_AT_ONCE))
        return np.concatenate([self._some(rows[part], columns[part]) for part in parts], axis=1)

    def _some(self, rows: Floats, columns: Floats) -> Floats:
        view = _look(self.scene, *self.camera.rays(rows, columns, self.size))
        hits, light = view.hits, self.light
        coarse = light.point.shape[:2]
        where = np.stack([rows / self.size[0] * coarse[0] - 0.5, columns / self.size[1] * coarse[1] - 0.5])
        both = bring_up(light.both, light.point, light.normal, Places(where, hits.point, hits.normal))
        colour: Floats = self.scene.sky(view.direction) * np.float32(self.scene.sky_in_view)
        for index, name in enumerate(self.scene.material_names):
            seen = np.flatnonzero(hits.material == index)
            if len(seen):
                colour[:, seen] = _surface(self.scene.materials[name], view, both, seen)
        return colour


def _surface(material: Material, view: _View, both: Floats, seen: NDArray[np.int64]) -> Floats:
    """What surfaces of one material send to the camera: their colour, lit, and what they mirror (C. Schlick, 1994)."""
    point, normal = view.hits.point[:, seen], view.hits.normal[:, seen]
    own = np.array(material.colour, dtype=np.float32)[:, None]
    if material.texture is not None:
        own = material.texture(point, normal, own)
    lit: Floats = own * (both[:3, seen] + np.float32(material.emission))
    if material.gloss == 0:
        return lit
    facing = np.abs((view.direction[:, seen] * normal).sum(axis=0))
    share = material.gloss + (1 - material.gloss) * (1 - facing) ** 5 * (1 - material.roughness)
    sent: Floats = lit * (1 - share) + both[3:, seen] * share
    return sent


def _edges(colour: Floats) -> NDArray[np.bool_]:
    """Pixels that differ from a neighbour; shape (height, width) from (3, height, width)."""
    tone = _compressed(colour.mean(axis=0))
    edge = np.zeros(tone.shape, dtype=bool)
    across = np.abs(np.diff(tone, axis=1)) > _EDGE_CONTRAST
    down = np.abs(np.diff(tone, axis=0)) > _EDGE_CONTRAST
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return edge


def _develop(linear: Floats, exposure: float) -> NDArray[np.uint8]:
    """Exposure by the picture's own middle, a filmic curve (K. Narkowicz, 2016) and sRGB."""
    bright = linear.mean(axis=2)
    middle = np.exp(np.mean(np.log(np.clip(bright, 0.02, 1.5))))
    x = linear * (exposure * 0.30 / middle)
    x = x / (1 + 0.12 * x)
    film = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    encoded = np.where(film <= 0.0031308, 12.92 * film, 1.055 * film ** (1 / 2.4) - 0.055)
    developed: NDArray[np.uint8] = np.round(encoded * 255).astype(np.uint8)
    return developed
