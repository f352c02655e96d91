"""Level of a piece: bringing it to one level for analysis, and its energy over time."""

import numpy as np

from render.audio.decode import ANALYSIS_RATE_HZ
from render.audio.spectrogram import Floats
from schemas.audio import EnergyPoint

SILENCE_DBFS = -60.0

_ANALYSIS_LEVEL = 0.7
_LOWEST_DB = -100.0


def is_silent(samples: Floats) -> bool:
    """Whether nothing is louder than -60 dB below full scale."""
    return bool(np.abs(samples).max(initial=0.0) < 10 ** (SILENCE_DBFS / 20))


def level(samples: Floats) -> Floats:
    """The samples scaled so that all but the loudest thousandth stay below 0.7: analysis does not depend on gain."""
    size = np.abs(samples)
    loud = np.percentile(size, 99.9)
    # Single clicks in silence are rarer than that.
    return samples * np.float32(_ANALYSIS_LEVEL / max(float(loud), 0.1 * float(size.max())))


def energy_curve(samples: Floats) -> list[EnergyPoint]:
    """Root-mean-square level of each second, the last one as long as what remains; rounded to 0.1 dB."""
    points = []
    for start in range(0, len(samples), ANALYSIS_RATE_HZ):
        power = float(np.mean(samples[start : start + ANALYSIS_RATE_HZ].astype(np.float64) ** 2))
        level_db = max(_LOWEST_DB, 10 * np.log10(power + 1e-20))
        points.append(EnergyPoint(at_s=start / ANALYSIS_RATE_HZ, level_db=round(float(level_db), 1)))
    return points
