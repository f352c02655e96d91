"""Decoding takes few bytes a pixel, whatever the picture's mode, so that the limit on pixels is one on memory."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

_WIDTH, _HEIGHT = 6000, 4000
_BYTES_A_PIXEL = 13
_ASIDE = 48_000_000

_DECODE = """
import resource, sys
from pathlib import Path
from ml.decode import decode_photo

path = Path(sys.argv[1])
decode_photo(Path(sys.argv[2]))
used = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmData"))
resource.setrlimit(resource.RLIMIT_DATA, (used + int(sys.argv[3]),) * 2)
photo = decode_photo(path)
print(photo.width, photo.height, photo.luma.shape == (photo.height, photo.width))
"""


def _picture(mode: str) -> Image.Image:
    """A picture of 24 megapixels that takes little time to encode."""
    ramp = np.linspace(0, 255, _WIDTH).astype(np.uint8)[None, :] * np.ones((_HEIGHT, 1), np.uint8)
    if mode == "I;16":
        return Image.fromarray(ramp.astype(np.uint16) * 257)
    grey = Image.fromarray(ramp)
    return Image.merge(mode, [grey] * len(mode))


def _encoded(mode: str, **options: Any) -> bytes:
    target = io.BytesIO()
    _picture(mode).save(target, "PNG", compress_level=1, **options)
    return target.getvalue()


def _lying() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "clear": ("RGBA", {}),
    "sixteen bits of grey": ("I;16", {}),
    "with a profile": ("RGB", {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}),
    "turned": ("RGB", {"exif": _lying()}),
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not enforce RLIMIT_DATA")
@pytest.mark.parametrize("case", CASES)
def test_a_large_picture_of_any_mode_fits_into_a_few_bytes_a_pixel(tmp_path: Path, case: str) -> None:
    mode, options = CASES[case]
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    large.write_bytes(_encoded(mode, **options))
    Image.new("RGB", (64, 64)).save(small)
    limit = _BYTES_A_PIXEL * _WIDTH * _HEIGHT + _ASIDE
    told = subprocess.run(
        [sys.executable, "-c", _DECODE, str(large), str(small), str(limit)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    width, height = (_HEIGHT, _WIDTH) if case == "turned" else (_WIDTH, _HEIGHT)
    assert told.stdout.split() == [str(width), str(height), "True"]
