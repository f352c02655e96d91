"""Procedural colours: wood, tiles, stone, cloth, grass, brick and paintings, from hashed noise."""

import numpy as np

from deploy.demo.rooms.scene import Texture
from deploy.demo.rooms.shapes import Floats


def _hash(*cells: Floats) -> Floats:
    """A number in 0..1 for each cell of an integer grid, always the same one."""
    mixed = np.zeros(cells[0].shape, dtype=np.uint32)
    for cell, prime in zip(cells, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D), strict=False):
        mixed ^= cell.astype(np.int64).astype(np.uint32) * np.uint32(prime)
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(0x2C1B3C6D)
        mixed ^= mixed >> np.uint32(13)
    return (mixed.astype(np.float32) / np.float32(2**32)).astype(np.float32)


def noise(x: Floats, y: Floats, z: Floats | float = 0.0) -> Floats:
    """Smooth value noise in 0..1 that changes over a distance of about 1."""
    z = np.broadcast_to(np.asarray(z, dtype=np.float32), x.shape)
    base = [np.floor(axis) for axis in (x, y, z)]
    part = [axis - low for axis, low in zip((x, y, z), base, strict=True)]
    smooth = [value * value * (3 - 2 * value) for value in part]
    total = np.zeros_like(x, dtype=np.float32)
    for corner in range(8):
        steps = [corner >> axis & 1 for axis in range(3)]
        weight = np.ones_like(total)
        for value, step in zip(smooth, steps, strict=True):
            weight = weight * (value if step else 1 - value)
        total += weight * _hash(*(low + step for low, step in zip(base, steps, strict=True)))
    return total


def layers(x: Floats, y: Floats, z: Floats | float = 0.0) -> Floats:
    """Three octaves of noise, 0..1."""
    return (noise(x, y, z) + 0.5 * noise(2 * x + 7, 2 * y, 2 * z) + 0.25 * noise(4 * x, 4 * y + 3, 4 * z)) / 1.75


def _flat(point: Floats, normal: Floats) -> tuple[Floats, Floats]:
    """Two coordinates on the surface: floors x and y, walls along and up."""
    level = np.abs(normal[2]) > 0.7
    facing_x = np.abs(normal[0]) > np.abs(normal[1])
    across = np.where(level, point[0], np.where(facing_x, point[1], point[0]))
    up = np.where(level, point[1], point[2])
    return across, up


def planks(width: float = 0.16, length: float = 1.6, *, along_y: bool = True, contrast: float = 0.35) -> Texture:
    """Boards with their own tones, grain along them, and dark joints."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        u, v = _flat(point, normal)
        if not along_y:
            u, v = v, u
        row = np.floor(u / width)
        shifted = v / length + _hash(row, row * 0 + 11)
        board = np.floor(shifted)
        tone = 1 + contrast * (_hash(row, board) - 0.5)
        grain = layers(u * 45 + 13 * _hash(row, board), v * 1.7 + 5 * board, row)
        fine = noise(u * 240, v * 5, row)
        tone = tone * (0.86 + 0.2 * grain + 0.06 * fine)
        joint = np.minimum(
            np.abs(u / width - np.round(u / width)) * width, np.abs(shifted - np.round(shifted)) * length
        )
        tone = tone * np.where(joint < 0.0022, 0.55, 1.0)
        warm = np.stack([np.ones_like(tone), 0.97 + 0.05 * grain, 0.92 + 0.1 * grain])
        return (colour * tone * warm).astype(np.float32)

    return texture


def tiles(width: float, height: float, grout: float = 0.004, contrast: float = 0.06, *, bond: bool = False) -> Texture:
    """Rectangular tiles with grout; `bond` shifts every other row by half a tile."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        u, v = _flat(point, normal)
        row = np.floor(v / height)
        across = u / width + (0.5 * (row % 2) if bond else 0.0)
        tile = np.floor(across)
        tone = 1 + contrast * (_hash(row, tile, row * 0 + 5) - 0.5) * 2 + 0.05 * (layers(u * 6, v * 6, tile) - 0.5)
        edge_u = np.abs(across - np.round(across)) * width
        edge_v = np.abs(v / height - np.round(v / height)) * height
        joint = np.minimum(edge_u, edge_v) < grout / 2
        grey = 0.6 * colour.mean() + 0.1
        return np.where(joint, np.float32(grey), colour * tone).astype(np.float32)

    return texture


def stone(scale: float = 1.3, contrast: float = 0.25) -> Texture:
    """Veined stone, as of a worktop."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        x, y, z = point * np.float32(scale)
        bend = layers(2 * x, 2 * y, 2 * z)
        vein = np.abs(noise(3 * x + 3 * bend, 2 * y + 2 * bend, 2 * z) - 0.5) * 2
        tone = 1 - contrast * np.exp(-9 * vein) - 0.08 * (bend - 0.5)
        toned: Floats = (colour * tone).astype(np.float32)
        return toned

    return texture


def cloth(scale: float = 250.0, contrast: float = 0.12) -> Texture:
    """Woven or piled cloth: fine speckle over soft blotches."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        x, y, z = point
        fine = noise(x * scale, y * scale, z * scale)
        broad = layers(x * 9, y * 9, z * 9)
        return (colour * (1 + contrast * (fine - 0.5) + 0.12 * (broad - 0.5))).astype(np.float32)

    return texture


def rug(border: tuple[float, float, float, float], stripe: tuple[float, float, float]) -> Texture:
    """A rug between x and y limits (left, right, near, far) with a border and a lattice in another colour."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        woven = cloth(180.0, 0.2)(point, normal, colour)
        x, y = point[0], point[1]
        inside = np.minimum(np.minimum(x - border[0], border[1] - x), np.minimum(y - border[2], border[3] - y))
        lattice = np.minimum(np.abs((x + y) * 2.2 % 1 - 0.5), np.abs((x - y) * 2.2 % 1 - 0.5)) < 0.045
        other = ((inside > 0.10) & (inside < 0.14)) | ((inside > 0.22) & lattice)
        return np.where(other, woven * np.array(stripe, dtype=np.float32)[:, None], woven).astype(np.float32)

    return texture


def plaster(contrast: float = 0.03) -> Texture:
    """Painted wall: hardly any structure."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        x, y, z = point
        return (colour * (1 + contrast * (layers(x * 3, y * 3, z * 3) - 0.5))).astype(np.float32)

    return texture


def foliage(scale: float = 30.0, contrast: float = 0.9) -> Texture:
    """Leaves or grass: strong speckle at two sizes, yellower where bright."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        x, y, z = point
        fine = noise(x * scale, y * scale, z * scale)
        broad = layers(x * scale / 8, y * scale / 8, z * scale / 8)
        tone = 1 + contrast * (fine - 0.5) + 0.5 * contrast * (broad - 0.5)
        tint = np.stack([0.9 + 0.3 * broad, np.ones_like(tone), 0.9 - 0.2 * broad])
        return (colour * tone * tint).astype(np.float32)

    return texture


def boards(height: float = 0.16) -> Texture:
    """Lapped boards on an outside wall: a shadow under each."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        part = point[2] / height % 1
        tone = 0.95 + 0.06 * part - 0.3 * (part < 0.06)
        tone = tone * (0.98 + 0.04 * layers(point[0] * 4, point[1] * 4, np.floor(point[2] / height)))
        return np.where(np.abs(normal[2]) > 0.7, colour, colour * tone).astype(np.float32)

    return texture


def shingles() -> Texture:
    """Roof shingles in staggered rows."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        row = np.floor(point[2] / 0.11)
        across = (point[0] + point[1]) / 0.3 + 0.5 * (row % 2)
        tone = 0.8 + 0.45 * _hash(row, np.floor(across), row * 0 + 3)
        edge = (np.abs(across - np.round(across)) < 0.03) | (point[2] / 0.11 % 1 < 0.12)
        return (colour * tone * np.where(edge, 0.7, 1.0)).astype(np.float32)

    return texture


def painting(seed: int) -> Texture:
    """An abstract picture: soft bands and discs of a few colours."""
    rng = np.random.default_rng(seed)
    palette = rng.uniform(0.08, 0.75, (4, 3)).astype(np.float32)
    palette = 0.5 * palette + 0.5 * palette.mean(axis=1, keepdims=True)
    frequencies = rng.uniform(0.7, 2.2, 4)

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        u, v = _flat(point, normal)
        field = layers(u * frequencies[0] + seed, v * frequencies[1])
        other = layers(u * frequencies[2], v * frequencies[3] + 2 * seed)
        index = np.clip((field * 1.6 - 0.3 + 0.6 * (other > 0.5)) * 3, 0, 2.999)
        low = index.astype(int)
        part = np.clip((index - low - 0.4) * 6, 0, 1)
        mixed = palette[low].T * (1 - part) + palette[low + 1].T * part
        painted: Floats = (colour * mixed * (0.9 + 0.2 * noise(u * 120, v * 120))).astype(np.float32)
        return painted

    return texture


def water() -> Texture:
    """Water over a light basin: caustic lines."""

    def texture(point: Floats, normal: Floats, colour: Floats) -> Floats:
        del normal
        x, y = point[0], point[1]
        bend = layers(x * 1.3, y * 1.3)
        line = np.abs(noise(x * 3.2 + 2 * bend, y * 3.2 - 2 * bend) - 0.5)
        rippled: Floats = (colour * (0.86 + 0.4 * np.exp(-14 * line))).astype(np.float32)
        return rippled

    return texture
