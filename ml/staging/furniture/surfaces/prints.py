"""Prints for the wall, drawn by code: motifs in a room's own colours, on paper with a white mount."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ml.staging.furniture.material import Material, MaterialKind, Texture, srgb
from ml.staging.furniture.surfaces import pictures
from ml.staging.furniture.surfaces.noise import painted, smooth_line, smooth_noise
from ml.staging.furniture.surfaces.sheet import HEIGHT, INK, PAPER, WIDTH, Sheet

_MOUNT = np.array(srgb("f7f5f0"))
_MOUNT_SHARE = 0.13


def _arches(sheet: Sheet) -> None:
    for number, radius in enumerate((0.34, 0.27, 0.20, 0.13)):
        arch = np.where(sheet.y < 0.62, sheet.disc(0.5, 0.62, radius), np.abs(sheet.x - 0.5) - radius)
        sheet.lay(np.maximum(arch, sheet.y - 1.12), sheet.ink(number) if number % 2 == 0 else PAPER)


def _horizon(sheet: Sheet) -> None:
    sheet.lay(sheet.disc(0.64, 0.42, 0.13), sheet.ink(0))
    for number, level in enumerate((0.62, 0.74, 0.87, 1.02)):
        ridge = level + 0.045 * smooth_line(WIDTH, 34 + 9 * number, sheet.rng)
        sheet.lay(ridge[None, :] - sheet.y, sheet.ink(number + 1), 0.9)


def _leaf_study(sheet: Sheet) -> None:
    stem = np.array([(0.5 + 0.05 * np.sin(step * 3), 1.18 - step * 0.98) for step in np.linspace(0, 1, 14)])
    sheet.lay(sheet.line(stem, 0.008), sheet.ink(1))
    for number, (x, y) in enumerate(stem[2:-1]):
        for side in (-1, 1):
            turn = side * (0.62 + 0.12 * sheet.rng.normal())
            along = (sheet.x - x) * np.sin(turn) - (sheet.y - y) * np.cos(turn)
            across = (sheet.x - x) * np.cos(turn) + (sheet.y - y) * np.sin(turn)
            long = 0.26 - 0.011 * number
            reach = np.clip(along / long, 0, 1)
            leaf = np.abs(across) - 0.042 * np.sin(np.pi * reach**0.8)
            sheet.lay(np.where((along < 0) | (along > long), 1.0, leaf), sheet.ink(1 if number % 3 else 2), 0.88)


def _sun(sheet: Sheet) -> None:
    sheet.lay(sheet.disc(0.5, 0.5, 0.24), sheet.ink(0))
    for number in range(9):
        wave = 0.80 + number * 0.045 + 0.010 * np.sin(sheet.x * 19 + number * 0.9)
        sheet.lay(np.abs(sheet.y - wave) - 0.010, sheet.ink(1))


def _strokes(sheet: Sheet) -> None:
    for number in range(5):
        y = 0.26 + 0.2 * number
        steps = np.linspace(0, 1, 16)
        path = np.stack([0.16 + 0.68 * steps, y + 0.035 * smooth_line(16, 2.5, sheet.rng)], axis=1)
        streaks = 0.03 * smooth_noise((HEIGHT, WIDTH), (1.0, 40), sheet.rng)
        breadth = 0.10 * (1 - 0.35 * steps) * sheet.rng.uniform(0.7, 1.2)
        sheet.lay(sheet.line(path, breadth) + np.abs(streaks), sheet.ink(number), 0.85)


def _blocks(sheet: Sheet) -> None:
    wobble = 0.006 * smooth_noise((HEIGHT, WIDTH), (30, 30), sheet.rng)
    for number, (x, y, wide, high) in enumerate(
        ((0.36, 0.44, 0.36, 0.44), (0.62, 0.66, 0.34, 0.40), (0.40, 0.92, 0.42, 0.30), (0.68, 0.34, 0.18, 0.18))
    ):
        block = np.maximum(np.abs(sheet.x - x) - wide / 2, np.abs(sheet.y - y) - high / 2)
        sheet.lay(block + wobble, sheet.ink(number), 0.82)


def _contours(sheet: Sheet) -> None:
    field = smooth_noise((HEIGHT, WIDTH), (70, 70), sheet.rng)
    slope = np.hypot(*np.gradient(field)) * WIDTH + 1e-3
    for number, level in enumerate(np.linspace(-2.0, 2.0, 15)):
        bold = 0.0024 if number % 5 == 0 else 0.0013
        sheet.lay(np.abs(field - level) / slope - bold, INK, 0.8)
    sheet.lay(sheet.disc(0.62, 0.44, 0.12), sheet.ink(0), 0.75)


def _circles(sheet: Sheet) -> None:
    sheet.lay(sheet.disc(0.42, 0.50, 0.24), sheet.ink(0), 0.85)
    sheet.lay(sheet.disc(0.60, 0.72, 0.24), sheet.ink(1), 0.72)
    sheet.lay(sheet.disc(0.40, 0.92, 0.16), sheet.ink(2), 0.8)
    sheet.lay(np.abs(sheet.disc(0.6, 0.42, 0.30)) - 0.003, INK)


def _branch(sheet: Sheet) -> None:
    for lean in (-0.22, 0.02, 0.24):
        steps = np.linspace(0, 1, 12)
        stem = np.stack([0.5 + lean * steps**1.4 + 0.02 * np.sin(steps * 5), 1.16 - 0.86 * steps], axis=1)
        sheet.lay(sheet.line(stem, 0.005), INK)
        for x, y in stem[3:]:
            for side in (-1, 1):
                berry = sheet.disc(x + side * 0.035 + 0.01 * sheet.rng.normal(), y - 0.02, 0.016)
                sheet.lay(berry, sheet.ink(0 if sheet.rng.uniform() < 0.7 else 1))


def _still_life(sheet: Sheet) -> None:
    sheet.lay(0.98 - sheet.y, sheet.ink(3), 0.55)
    for number, (x, tall, wide) in enumerate(((0.36, 0.50, 0.20), (0.60, 0.34, 0.26), (0.76, 0.22, 0.14))):
        up = np.clip((1.06 - sheet.y) / tall, 0, 1)
        body = wide / 2 * (0.55 + 0.85 * np.sin(np.pi * np.clip(up * 1.15, 0, 1)) ** 1.2 * (up < 0.87) - 0.1 * up)
        vase = np.maximum(np.abs(sheet.x - x) - body, np.maximum(sheet.y - 1.06, 1.06 - tall - sheet.y))
        sheet.lay(vase, sheet.ink(number), 0.92)


def _waves(sheet: Sheet) -> None:
    for number in range(24):
        y = 0.22 + number * 0.037
        swell = 0.045 * np.exp(-(((sheet.x - 0.5 - 0.18 * np.sin(number * 0.5)) / 0.18) ** 2))
        ripple = swell * (1 + 0.5 * np.sin(sheet.x * 26 + number * 1.7))
        inside = np.maximum(np.abs(sheet.y - y + ripple) - 0.0022, np.abs(sheet.x - 0.5) - 0.34)
        sheet.lay(inside, INK if number % 6 else sheet.ink(0))


def _wash(sheet: Sheet) -> None:
    depth = smooth_noise((HEIGHT, WIDTH), (24, 90), sheet.rng)
    for number, (low, high) in enumerate(((0.18, 0.52), (0.47, 0.82), (0.78, 1.16))):
        edge = 0.018 * depth
        band = np.maximum(np.maximum(low + edge - sheet.y, sheet.y - high - edge), np.abs(sheet.x - 0.5) - 0.38)
        sheet.lay(band, sheet.ink(number), 0.72 + 0.1 * (number % 2), grain=0.03)
    sheet.picture *= (1 + 0.02 * depth)[..., None]


def _line_face(sheet: Sheet) -> None:
    turn = np.linspace(0, 2 * np.pi, 60)
    path = np.stack(
        [
            0.5 + 0.24 * np.sin(turn) + 0.07 * np.sin(3 * turn + 1.1),
            0.68 - 0.34 * np.cos(turn) + 0.08 * np.sin(2 * turn),
        ],
        axis=1,
    )
    sheet.lay(sheet.disc(0.56, 0.60, 0.20), sheet.ink(1), 0.6)
    sheet.lay(sheet.line(path, 0.006), INK)
    sheet.lay(sheet.line(path * [0.55, 0.5] + [0.25, 0.36], 0.005), INK)


PRINTS: dict[str, Callable[[Sheet], None]] = {
    "arches": _arches,
    "horizon": _horizon,
    "leaf_study": _leaf_study,
    "sun": _sun,
    "strokes": _strokes,
    "blocks": _blocks,
    "contours": _contours,
    "circles": _circles,
    "branch": _branch,
    "still_life": _still_life,
    "waves": _waves,
    "wash": _wash,
    "loops": _line_face,
    "landscape": pictures.landscape,
    "skyline": pictures.skyline,
    "coral": pictures.coral,
    "shells": pictures.shells,
    "mobile": pictures.mobile,
    "ink_ring": pictures.ink_ring,
    "moon": pictures.moon,
    "balloon": pictures.balloon,
}
"""The motifs."""


@lru_cache(maxsize=64)
def print_of(motif: str, inks: tuple[str, ...], seed: int = 0) -> Material:
    """A framed sheet's face, uvs 0 to 1: the motif in `inks` (sRGB hex) within a white mount.

    Raises ValueError for a motif that is not in PRINTS.
    """
    if motif not in PRINTS:
        raise ValueError(f"There is no print {motif!r}; there are: {', '.join(PRINTS)}.")
    rng = np.random.default_rng([seed, *motif.encode()])
    sheet = Sheet(rng, [np.array(srgb(ink)) for ink in inks])
    PRINTS[motif](sheet)
    picture = sheet.picture * (1 + 0.012 * rng.normal(size=(HEIGHT, WIDTH)))[..., None]
    border = np.minimum(np.minimum(sheet.x, 1 - sheet.x), np.minimum(sheet.y, sheet.tall - sheet.y))
    picture[border < _MOUNT_SHARE] = _MOUNT
    # The mount's cut edge catches light below and shade above.
    cut = (border >= _MOUNT_SHARE) & (border < _MOUNT_SHARE + 3 / WIDTH)
    picture[cut] = picture[cut] * 0.3 + 0.62
    return Material(
        f"print:{motif}:{'-'.join(inks)}:{seed}",
        MaterialKind.PAPER,
        Texture(painted(picture)),
        roughness=0.55,
        specular=0.4,
    )
