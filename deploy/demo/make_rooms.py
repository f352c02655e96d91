"""Render the photos of the sample listing: twelve views of one imaginary home, by the renderer in rooms/."""

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from deploy.demo.rooms import exteriors, interiors, private_rooms
from deploy.demo.rooms.photograph import Camera, Quality, take_photo
from deploy.demo.rooms.scene import Scene

PHOTO_FOLDER = Path(__file__).parent / "sample" / "photos"
SHOTS: dict[str, Callable[[], tuple[Scene, Camera]]] = {
    "01_front": exteriors.front,
    "02_entry": interiors.entry,
    "03_living_room": interiors.living_room_to_the_window,
    "04_living_room_shelves": interiors.living_room_to_the_shelves,
    "05_kitchen": interiors.kitchen,
    "06_dining_room": interiors.dining_room,
    "07_bedroom": private_rooms.bedroom,
    "08_second_bedroom": private_rooms.second_bedroom,
    "09_bathroom": private_rooms.bathroom,
    "10_home_office": private_rooms.home_office,
    "11_empty_room": private_rooms.empty_room,
    "12_pool": exteriors.pool,
}
_MOST_BYTES = 250_000
_DRAFT = Quality(width=480, height=320, light_width=240, light_height=160, samples=4)

log = logging.getLogger(__name__)


def write_photo(name: str, folder: Path, quality: Quality) -> Path:
    """Render one view and save it as a JPEG, at the best quality that stays under 250 kB."""
    scene, camera = SHOTS[name]()
    image = Image.fromarray(take_photo(scene, camera, quality, seed=int(name[:2])))
    path = folder / f"{name}.jpg"
    for jpeg_quality in range(90, 40, -4):
        image.save(path, quality=jpeg_quality, optimize=True, progressive=False)
        if path.stat().st_size <= _MOST_BYTES:
            break
    return path


def main() -> None:
    """Command line: python -m deploy.demo.make_rooms [--out FOLDER] [--draft] [NAME...]."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which views, such as 05_kitchen; all when none is named")
    parser.add_argument("--out", type=Path, default=PHOTO_FOLDER)
    parser.add_argument("--draft", action="store_true", help="small and grainy, in a few seconds")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or SHOTS:
        started = time.process_time()
        path = write_photo(name, arguments.out, _DRAFT if arguments.draft else Quality())
        log.info("%s: %d kB, %.0f s of CPU", path.name, path.stat().st_size // 1000, time.process_time() - started)


if __name__ == "__main__":
    main()
