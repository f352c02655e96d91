"""`vls-media demo`: a listing's clips and video on this machine alone, with nothing to set up."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from ml.errors import MediaError
from ml.staging.kits import load_kit
from processors.cli.failing import plain_failures
from processors.cli.following import wait_for
from processors.cli.screen import Screen
from processors.cli.tables import show_runs
from processors.cli.video_options import ratio_of
from processors.engine.artifacts.opening import open_store
from processors.reference.backend import ReferenceBackend
from processors.reference.jobs import Job
from processors.reference.listing import ListingRun, run_listing, why_failed
from processors.reference.output import write_output
from processors.reference.photos import NoPhotosError, PhotoFolder, VideoWish, find_photos, listing_id_of
from processors.reference.stack import PROCESSORS, EmbeddedStack
from processors.reference.staging import StagingWish, why_not
from schemas.commands import FRAME_RATES

SAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "demo" / "sample"
app = typer.Typer()


@app.command()
def demo(
    *,
    photos: Annotated[Path | None, typer.Option(help="Folder of photos; unset: the sample listing.")] = None,
    music: Annotated[Path | None, typer.Option(help="Music file; unset: the sample's track.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for what is made.")] = Path("demo-output"),
    seconds: Annotated[float, typer.Option(min=2, max=600, help="Length of the video.")] = 30.0,
    ratio: Annotated[str, typer.Option(help="Shape of the video: 16:9, 9:16, 1:1 or 4:5.")] = "16:9",
    fps: Annotated[int, typer.Option(help="Frames a second: 24, 25, 30 or 60.")] = 30,
    height: Annotated[int, typer.Option(min=64, max=4320, help="Shorter side of the video, in pixels.")] = 1080,
    kit: Annotated[str, typer.Option(help="Design kit that an empty room is furnished with.")] = "contemporary",
    state: Annotated[Path, typer.Option(help="Folder for what is kept between runs.")] = Path(".demo"),
) -> None:
    """Classify photos, make a clip of each and a video on the beat, furnish an empty room, all on this machine.

    Leaves a folder with the video, the clips, all results as JSON, and report.html to look at.
    """
    screen = Screen()
    wish = _wish(seconds, ratio, fps, height)
    folder, listing_id, track = _inputs(photos, music)
    if folder.passed_over:
        screen.say(f"passed over: {', '.join(folder.passed_over)}", "dim")
    screen.say(f"{len(folder.photos)} photos, {track.name if track else 'no music'}; processors are starting")
    staging = _staging(kit, state)
    if isinstance(staging, str):
        screen.say(f"no room is furnished: {staging}", "yellow")
    begun = time.monotonic()
    try:
        with _interruptible(), plain_failures():
            run = _run(state, listing_id, folder, music=track, wish=wish, staging=staging, screen=screen)
            report = write_output(run, open_store(state.absolute().as_uri()), out.absolute(), time.monotonic() - begun)
    except KeyboardInterrupt:
        screen.say("\ninterrupted; what is done is kept, the next run goes on from there", "yellow")
        raise typer.Exit(130) from None
    show_runs(screen.console, run.views)
    screen.say(f"{time.monotonic() - begun:.1f} s in all")
    for view in run.views:
        for item, why in run.failures(view):
            screen.say(f"{view.job.stage}: {item}: {why.code}: {why.message}", "yellow")
    reasons = [f"{view.job.stage}: {reason}" for view in run.views if (reason := why_failed(view)) is not None]
    screen.say(f"report: {report}", "bold")
    if reasons:
        _fail(screen, "; ".join(reasons))


def _run(
    state: Path,
    listing_id: str,
    folder: PhotoFolder,
    *,
    music: Path | None,
    wish: VideoWish,
    staging: StagingWish | str,
    screen: Screen,
) -> ListingRun:
    sources = {path.parent for path in folder.photos.values()} | ({music.parent} if music is not None else set())
    names = list(PROCESSORS)
    if isinstance(staging, StagingWish):
        sources.add(staging.copies)
        names.append("stager")
    with EmbeddedStack(state, sources, names) as stack, ReferenceBackend(stack.settings) as backend:
        stack.cancel_abandoned(backend)
        stack.wait_ready()

        def wait(jobs: Sequence[Job]) -> None:
            wait_for(backend, jobs, screen, stack.check)

        store = open_store(stack.settings.artifacts_url)
        return run_listing(backend, store, wait, listing_id, folder, music=music, wish=wish, staging=staging)


def _inputs(photos: Path | None, music: Path | None) -> tuple[PhotoFolder, str, Path | None]:
    track = music if music is not None else SAMPLE / "track.ogg"
    if music is not None and not music.is_file():
        raise typer.BadParameter(f"{music} is not a file", param_hint="--music")
    try:
        folder = find_photos(photos if photos is not None else SAMPLE / "photos")
    except NoPhotosError as error:
        raise typer.BadParameter(str(error), param_hint="--photos") from error
    listing_id = listing_id_of(photos) if photos is not None else "sample"
    return folder, listing_id, track.resolve() if track.is_file() else None


def _staging(kit: str, state: Path) -> StagingWish | str:
    """How a room is furnished, or what this machine lacks for it."""
    try:
        load_kit(kit)
    except MediaError as error:
        raise typer.BadParameter(str(error), param_hint="--kit") from error
    lacking = why_not()
    return lacking if lacking is not None else StagingWish(kit, (state / "smaller").absolute())


def _wish(seconds: float, ratio: str, fps: int, height: int) -> VideoWish:
    shape = ratio_of(ratio)
    if fps not in FRAME_RATES:
        raise typer.BadParameter(f"{fps} is none of {', '.join(map(str, FRAME_RATES))}", param_hint="--fps")
    if height % 2:
        raise typer.BadParameter(f"{height} is odd; encoders want an even number", param_hint="--height")
    return VideoWish(seconds, shape, fps, height)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does: with everything stopped."""

    def on_term(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, on_term)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(screen: Screen, message: str) -> NoReturn:
    screen.say(f"error: {message}", "bold red")
    raise typer.Exit(1)
