"""How much light reaches a point: path tracing with direct samples of windows, lamps and the sun.

All light is counted as the radiance of a white matt surface there (irradiance over pi), so that what leaves a surface
is its colour times what arrives.
"""

from dataclasses import dataclass

import numpy as np

from deploy.demo.rooms.scene import Scene, blocked, first_hits, reflect
from deploy.demo.rooms.shapes import Floats

_BOUNCES = 2
# Single bright paths become specks: what is above is cut off, more strictly for light that comes by way of a surface.
_BRIGHTEST_SAMPLE = 12.0
_BRIGHTEST_BEYOND = 2.5


@dataclass(frozen=True, eq=False)
class Tracer:
    """A scene as light sees it: flat colours, one row of the materials table each."""

    scene: Scene
    rng: np.random.Generator
    ambient: float = 0.25  # the share of the light found directly that is added for all bounces not followed

    def colours(self, material: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Floats:
        """Plain colours by material number, shape (3, n); black for -1."""
        table = [self.scene.materials[name].colour for name in self.scene.material_names]
        return np.array([*table, (0, 0, 0)], dtype=np.float32)[material].T

    def arriving(self, point: Floats, normal: Floats, bounces: int = _BOUNCES) -> Floats:
        """One sample of the light that arrives at points on surfaces, shape (3, points)."""
        start = point + np.float32(2e-3) * normal
        direct = self._direct(start, normal)
        if bounces == 0:
            return direct * np.float32(1 + self.ambient)
        direction = self._cosine_direction(normal)
        hits = first_hits(self.scene, start, direction)
        light = direct
        met = hits.material >= 0
        if not self.scene.portals:
            light = light + np.where(met, 0, self.scene.sky(direction))
        seen = np.flatnonzero(met)
        if len(seen):
            beyond = self.arriving(hits.point[:, seen], hits.normal[:, seen], bounces - 1)
            light[:, seen] += self.colours(hits.material[seen]) * np.minimum(beyond, np.float32(_BRIGHTEST_BEYOND))
        return np.minimum(light, np.float32(_BRIGHTEST_SAMPLE))

    def mirrored(self, point: Floats, normal: Floats, direction: Floats, roughness: Floats) -> Floats:
        """One sample of what a glossy surface reflects towards the viewer, shape (3, points)."""
        spread = self.rng.normal(size=normal.shape).astype(np.float32) * roughness
        bent = normal + spread
        bent /= np.sqrt((bent**2).sum(axis=0))
        towards = reflect(direction, bent)
        # A bent normal may send the ray into the surface: mirror it out again.
        below = np.minimum((towards * normal).sum(axis=0), 0)
        towards = towards - 2 * below * normal
        hits = first_hits(self.scene, point + np.float32(2e-3) * normal, towards)
        light = np.where(hits.material >= 0, 0, self.scene.sky(towards)).astype(np.float32)
        seen = np.flatnonzero(hits.material >= 0)
        if len(seen):
            colour = self.colours(hits.material[seen])
            light[:, seen] = colour * self.arriving(hits.point[:, seen], hits.normal[:, seen], 1)
            light[:, seen] += self.emitted(hits.material[seen])
        return np.minimum(light, np.float32(_BRIGHTEST_SAMPLE / 3))

    def emitted(self, material: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Floats:
        """What lamps shine by themselves, shape (3, n)."""
        strength = [self.scene.materials[name].emission for name in self.scene.material_names]
        return self.colours(material) * np.array([*strength, 0], dtype=np.float32)[material]

    def _direct(self, start: Floats, normal: Floats) -> Floats:
        light = np.zeros_like(start)
        if self.scene.portals:
            light += self._from_a_portal(start, normal)
        if self.scene.lamps:
            light += self._from_a_lamp(start, normal)
        if self.scene.sun is not None:
            light += self._from_the_sun(start, normal)
        return light

    def _from_a_portal(self, start: Floats, normal: Floats) -> Floats:
        """A random point of a random window: the area form of the rendering equation."""
        portals = self.scene.portals
        areas = np.array([portal.area for portal in portals])
        count = start.shape[1]
        chosen = self.rng.choice(len(portals), size=count, p=areas / areas.sum())
        place = self.rng.random((2, count), dtype=np.float32)
        corner, across, up, facing = (
            np.array([getattr(portal, name) for portal in portals], dtype=np.float32)[chosen].T
            for name in ("corner", "across", "up", "normal")
        )
        to_light = corner + place[0] * across + place[1] * up - start
        distance = np.sqrt((to_light**2).sum(axis=0))
        direction = to_light / distance
        cosines = np.maximum((direction * normal).sum(axis=0), 0) * np.maximum(-(direction * facing).sum(axis=0), 0)
        weight = cosines / np.maximum(distance**2, np.float32(0.05)) * np.float32(areas.sum() / np.pi)
        weight = self._unblocked(start, direction, distance, weight)
        through: Floats = self.scene.sky(direction) * weight
        return through

    def _from_a_lamp(self, start: Floats, normal: Floats) -> Floats:
        lamps = self.scene.lamps
        count = start.shape[1]
        chosen = self.rng.integers(0, len(lamps), count)
        position = np.array([lamp.position for lamp in lamps], dtype=np.float32)[chosen].T
        radius = np.array([lamp.radius for lamp in lamps], dtype=np.float32)[chosen]
        power = np.array([lamp.power for lamp in lamps], dtype=np.float32)[chosen].T
        away = self.rng.normal(size=(3, count)).astype(np.float32)
        away *= radius / np.sqrt((away**2).sum(axis=0))
        to_light = position + away - start
        distance = np.sqrt((to_light**2).sum(axis=0))
        direction = to_light / distance
        cosine = np.maximum((direction * normal).sum(axis=0), 0)
        downwards = np.array([lamp.downwards for lamp in lamps])[chosen]
        cosine = cosine * np.where(downwards, np.maximum(direction[2], 0), 1)
        weight = cosine / np.maximum(distance**2, 0.04) * np.float32(len(lamps) / np.pi)
        shine: Floats = power * self._unblocked(start, direction, distance, weight)
        return shine

    def _from_the_sun(self, start: Floats, normal: Floats) -> Floats:
        sun = self.scene.sun
        assert sun is not None
        direction = np.array(sun.direction, dtype=np.float32)[:, None]
        direction = direction / np.linalg.norm(direction)
        direction = direction + np.float32(sun.softness) * self.rng.normal(size=start.shape).astype(np.float32)
        direction /= np.sqrt((direction**2).sum(axis=0))
        cosine = np.maximum((direction * normal).sum(axis=0), 0)
        far = np.full(start.shape[1], 1e4, dtype=np.float32)
        power: Floats = np.array(sun.power, dtype=np.float32)[:, None]
        shine: Floats = power * self._unblocked(start, direction, far, cosine)
        return shine

    def _unblocked(self, start: Floats, direction: Floats, distance: Floats, weight: Floats) -> Floats:
        """The weights, 0 where something stands between; rays of no weight are not traced."""
        weight = weight.astype(np.float32, copy=False)
        rays = np.flatnonzero(weight > 1e-5)
        if len(rays):
            stopped = blocked(self.scene, start[:, rays], direction[:, rays], distance[rays])
            weight[rays[stopped]] = 0
        return weight

    def _cosine_direction(self, normal: Floats) -> Floats:
        """A random direction over each surface, as often as its cosine: a unit sphere on the tip of the normal."""
        around = self.rng.normal(size=normal.shape).astype(np.float32)
        around /= np.sqrt((around**2).sum(axis=0))
        direction: Floats = normal + np.float32(0.999) * around
        direction /= np.sqrt((direction**2).sum(axis=0))
        return direction
