"""The renderer of the sample photos: rays meet shapes where geometry says, and a photo is the same each time."""

import numpy as np
import pytest

from deploy.demo.make_rooms import SHOTS
from deploy.demo.rooms.photograph import Quality, take_photo
from deploy.demo.rooms.scene import Group, Material, Scene, blocked, first_hits
from deploy.demo.rooms.shapes import Box, Convex, Cylinder, Ellipsoid, Shape

UNIT_CUBE = Convex(
    "grey",
    tuple(
        ((sign if axis == 0 else 0.0, sign if axis == 1 else 0.0, sign if axis == 2 else 0.0), 1.0)
        for axis in range(3)
        for sign in (-1.0, 1.0)
    ),
    (-1, -1, -1),
    (1, 1, 1),
)
SHAPES = [
    Box("grey", (-1, -1, -1), (1, 1, 1)),
    Cylinder("grey", (0, 0), 1, -1, 1),
    Ellipsoid("grey", (0, 0, 0), (1, 1, 1)),
    UNIT_CUBE,
]


def ray(origin: tuple[float, float, float], direction: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    along = np.array(direction, dtype=np.float32)[:, None]
    return np.array(origin, dtype=np.float32)[:, None], along / np.linalg.norm(along)


def scene_of(shape: Shape, turn: float = 0.0) -> Scene:
    group = Group((shape,), (0.0, 0.0, 0.0), turn)
    return Scene({"grey": Material((0.5, 0.5, 0.5))}, lambda directions: 0 * directions, [group])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_a_ray_at_the_middle_meets_the_near_side(shape: Shape) -> None:
    hits = first_hits(scene_of(shape), *ray((0.0, -5.0, 0.1), (0, 1, 0)))
    assert hits.distance[0] == pytest.approx(4.0, abs=0.01)
    assert hits.normal[1, 0] == pytest.approx(-1.0, abs=0.01)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_a_ray_that_passes_by_or_starts_behind_meets_nothing(shape: Shape) -> None:
    for origin, direction in (((3.0, -5.0, 0.0), (0, 1, 0)), ((0.0, 5.0, 0.1), (0, 1, 0))):
        assert first_hits(scene_of(shape), *ray(origin, direction)).material[0] == -1


def test_a_turned_box_shows_its_edge() -> None:
    hits = first_hits(scene_of(SHAPES[0], turn=45.0), *ray((0.001, -5.0, 0.0), (0, 1, 0)))
    assert hits.distance[0] == pytest.approx(5 - np.sqrt(2), abs=0.01)


def test_only_what_stands_before_the_light_blocks_it() -> None:
    scene = scene_of(SHAPES[2])
    start, along = ray((0.0, -5.0, 0.0), (0, 1, 0))
    assert blocked(scene, start, along, np.array([10.0], dtype=np.float32))[0]
    assert not blocked(scene, start, along, np.array([3.0], dtype=np.float32))[0]


def test_the_same_seed_takes_the_same_photo() -> None:
    quality = Quality(width=48, height=32, light_width=24, light_height=16, samples=1)
    scene, camera = SHOTS["11_empty_room"]()
    once, again = (take_photo(scene, camera, quality, seed=3) for _ in range(2))
    assert once.shape == (32, 48, 3)
    assert np.array_equal(once, again)
    assert 60 < once.mean() < 220
