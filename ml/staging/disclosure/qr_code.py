"""The address of the original as a QR code (ISO/IEC 18004), big enough for a telephone held before the picture."""

import numpy as np
import segno
from numpy.typing import NDArray

from ml.staging.disclosure.errors import OriginalLinkError

QUIET_ZONE = 4
"""Modules of white around the code, as the standard demands."""

_SHARE = 0.12
"""Side of the code as a share of the picture's width."""

_LEAST_MODULE_PX = 3
_MOST_SHARE = 0.5


def qr_code(url: str, picture_width: int) -> NDArray[np.uint8]:
    """A square of black on white, uint8, side x side x 3, quiet zone included, for a picture of that width.

    Raises OriginalLinkError where the address is too long for a picture so small.
    """
    code = segno.make(url, error="m", boost_error=False, micro=False)
    modules = np.array([list(row) for row in code.matrix], np.uint8)
    framed = np.pad(1 - modules, QUIET_ZONE, constant_values=1) * np.uint8(255)
    pixels = max(_LEAST_MODULE_PX, round(_SHARE * picture_width / len(framed)))
    if len(framed) * pixels > _MOST_SHARE * picture_width:
        raise OriginalLinkError(
            f"The original's address has {len(url)} characters: its QR code needs {len(framed) * pixels} pixels, and "
            f"the picture is {picture_width} wide; give a shorter address."
        )
    large = np.kron(framed, np.ones((pixels, pixels), np.uint8))
    return np.repeat(large[:, :, None], 3, axis=2)
