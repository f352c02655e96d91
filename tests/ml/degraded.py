"""Photos made worse in known ways."""

import math

import cv2
import numpy as np

from ml.srgb import gamma_coded, linear_light
from tests.ml.scenes import Pixels

GAINS = {"warm": (1, 0, -1), "cold": (-1, 0, 1), "green": (-0.5, 1, -0.5), "magenta": (0.5, -1, 0.5)}
"""Shares of a stop by which a cast changes red, green and blue."""


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Out of focus: a Gaussian of sigma pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def noisy(pixels: Pixels, sigma: float) -> Pixels:
    """With the same noise in all channels, its standard deviation in levels."""
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape[:2])[:, :, None]
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def exposed(pixels: Pixels, stops: float) -> Pixels:
    """Exposed longer or shorter: a gain in linear light."""
    levels = linear_light(np.arange(256, dtype=np.float32) / np.float32(255)) * np.float32(2**stops)
    return np.asarray(cv2.LUT(pixels, np.rint(gamma_coded(levels) * 255).astype(np.uint8)), np.uint8)


def compressed(pixels: Pixels, quality: float) -> Pixels:
    """Saved as a JPEG and read again."""
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def smaller(pixels: Pixels, share: float) -> Pixels:
    """With that share of its width and height."""
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def tinted(pixels: Pixels, gains: tuple[float, ...], stops: float) -> Pixels:
    """Other gains of the channels in linear light, as a wrong white balance has them."""
    light = linear_light(pixels.astype(np.float32) / np.float32(255))
    factors = np.array([2 ** (stops * gain) for gain in gains], np.float32)
    return np.rint(gamma_coded(light * factors) * 255).astype(np.uint8)


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """Turned clockwise, and magnified until no corner is empty."""
    height, width = pixels.shape[:2]
    angle = abs(math.radians(degrees))
    zoom = math.cos(angle) + math.sin(angle) * max(width / height, height / width)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, zoom)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC), np.uint8)
