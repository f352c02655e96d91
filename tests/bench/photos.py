"""Photos of 12 megapixels, bytes in, answer out: ours beside the plain way to the same, and memory over many photos."""

import importlib.util
import io
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import numpy as np
import psutil
from PIL import Image

from ml.colours import dominant_colours
from ml.compliance import marks_of
from ml.crops import focus_and_crops
from ml.decode import decode_bytes
from ml.duplicates import perceptual_hash
from ml.inspect import MODELS, record_of, shipped_models
from ml.lighting import lighting_of
from ml.objects import objects_among
from ml.picture import Picture
from ml.quality import assess, measure
from ml.rooms import signature
from ml.scene import classify
from ml.segmentation import segment
from ml.srgb import luma_of
from ml.store import LoadedModel, store_of

_WIDTH, _HEIGHT = 4000, 3000
_DIFFERENT = 4
_ROUNDS = int(os.environ.get("VLS_BENCH_PHOTO_ROUNDS", "3"))
_STREAM = int(os.environ.get("VLS_BENCH_PHOTO_STREAM", "300"))
"""Photos of the memory row; 10,000 is the whole of it."""


def photos() -> list[bytes]:
    """JPEGs of 12 megapixels as a phone writes them: edges, soft texture and the sensor's noise, about 3 MB each."""
    return [_photo(seed) for seed in range(_DIFFERENT)]


def _photo(seed: int) -> bytes:
    draw = np.random.default_rng(seed)
    soft = cv2.resize(draw.normal(0, 12, (120, 160, 3)).astype(np.float32), (_WIDTH, _HEIGHT))
    canvas = np.full((_HEIGHT, _WIDTH, 3), draw.integers(120, 200, 3), np.uint8)
    for _ in range(60):
        left, top = int(draw.integers(0, _WIDTH)), int(draw.integers(0, _HEIGHT))
        wide, high = (int(side) for side in draw.integers(60, 1200, 2))
        red, green, blue = (int(part) for part in draw.integers(20, 240, 3))
        cv2.rectangle(canvas, (left, top), (left + wide, top + high), (red, green, blue), -1)
    noise = draw.normal(0, 3, (_HEIGHT, _WIDTH, 1)).astype(np.float32)
    pixels = np.clip(np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1.0)) + soft + noise, 0, 255).astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=88)
    return target.getvalue()


def _model() -> LoadedModel:
    return store_of(MODELS).load("room")


def _marks() -> LoadedModel:
    return store_of(MODELS).load("marks")


def our_label(data: bytes) -> str:
    """The label as the classifier finds it: a draft, one core."""
    return classify([decode_bytes(data, "bench").draft], _model())[0].label


def our_record(data: bytes) -> str:
    """The whole record, one core."""
    return record_of(decode_bytes(data, "bench"), shipped_models()).model_dump_json()


def plain_label(data: bytes) -> str:
    """What one would write first: decode all pixels, resize with Pillow, run the network on the one picture."""
    wanted = _model().spec.input
    image = Image.open(io.BytesIO(data)).convert("RGB").resize((wanted.width, wanted.height), Image.Resampling.BICUBIC)
    values = (np.asarray(image, np.float32) / 255 - np.array(wanted.mean)) / np.array(wanted.std)
    scores = _model().run(values.transpose(2, 0, 1)[None].astype(np.float32))["scores"]
    return _model().spec.labels[int(np.argmax(scores))]


def plain_record(data: bytes) -> str:
    """The same analyses, each on all pixels of one full decode."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    (scene,) = classify([pixels], _model())
    segmentation = segment(pixels, _model())
    picture = Picture(pixels, luma_of(pixels), segmentation=segmentation)
    measured = (assess(measure(picture)), dominant_colours(pixels), lighting_of(picture))
    seen = (objects_among([], segmentation), focus_and_crops(pixels, segmentation), marks_of(pixels, _marks()))
    return repr((scene, measured, seen, perceptual_hash(pixels), signature(pixels)))


def _start() -> None:
    cv2.setNumThreads(1)
    shipped_models()


def _each(run: Callable[[bytes], str], files: Sequence[bytes]) -> float:
    """Seconds a photo, one after the other, in this process."""
    run(files[0])
    started = time.perf_counter()
    for _ in range(_ROUNDS):
        for data in files:
            run(data)
    return (time.perf_counter() - started) / (_ROUNDS * len(files))


def _side_by_side(run: Callable[[bytes], str], files: Sequence[bytes], children: int) -> float:
    """Seconds a photo through child processes, as the classifier works."""
    work = [data for _ in range(_ROUNDS * children) for data in files]
    with ProcessPoolExecutor(children, mp_context=get_context("spawn"), initializer=_start) as pool:
        list(pool.map(run, work[: 2 * children]))
        started = time.perf_counter()
        list(pool.map(run, work))
        return (time.perf_counter() - started) / len(work)


def _alone(run: Callable[[bytes], str], files: Sequence[bytes]) -> float:
    """Seconds a photo, in a process of its own with one thread for OpenCV."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_start) as pool:
        return pool.submit(_each, run, files).result()


def against_plain_code() -> Iterator[tuple[str, str, str, str]]:
    """Rows of the table: labels alone, and the whole record."""
    files = photos()
    cores = min(2, os.cpu_count() or 1)
    runtime = "onnxruntime; torch is not installed" if importlib.util.find_spec("torch") is None else "onnxruntime"
    size = f"12 megapixels, {sum(map(len, files)) / len(files) / 1e6:.1f} MB"
    for what, ours, plain in (
        (f"label of a photo ({size})", our_label, plain_label),
        ("whole record of a photo", our_record, plain_record),
    ):
        theirs = _alone(plain, files)
        for children in sorted({1, cores}):
            seconds = _side_by_side(ours, files, children)
            yield (
                f"{what}, {children} children",
                f"{seconds * 1000:.0f} ms",
                f"plain loop ({runtime}) {theirs * 1000:.0f} ms",
                f"{theirs / seconds:.1f}x",
            )


def memory_over_a_stream(count: int = _STREAM) -> Iterator[tuple[str, str, str, str]]:
    """A row of the table: the resident memory of one process from the first tenth of a stream to its end."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_start) as pool:
        first, last = pool.submit(_stream, [_shrunk(data) for data in photos()], count).result()
    yield (
        f"memory after {count:,} records (VLS_BENCH_PHOTO_STREAM=10000 for all)",
        f"{last:.0f} MB at the end",
        f"{first:.0f} MB after a tenth",
        f"{(last - first) / max(1, count * 0.9) * 1000:+.1f} kB/photo",
    )


def _shrunk(data: bytes) -> bytes:
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (image.width // 4, image.height // 4))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=88)
    return target.getvalue()


def _stream(files: Sequence[bytes], count: int) -> tuple[float, float]:
    process = psutil.Process()
    sizes = []
    for place in range(count):
        our_record(files[place % len(files)])
        if place + 1 in (count // 10, count):
            sizes.append(process.memory_info().rss / 1e6)
    return sizes[0], sizes[-1]
