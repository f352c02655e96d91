"""`vls-media make`: a clip, a video or furnished photos from files, by the code that the stages run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from processors.cli.console import bar, complain, fail, printable, stdout
from processors.cli.failures import Failure, attempt
from processors.cli.make_staging import staging
from processors.cli.video_options import (
    check_height,
    check_out,
    check_rate,
    check_seconds,
    motion_of,
    ratio_of,
    size_of,
)

app = typer.Typer(no_args_is_help=True, help="Make a clip, a video or furnished photos from files: no Kafka needed.")
app.command()(staging)
Out = Annotated[Path, typer.Option("-o", "--out", metavar="OUT.mp4", help="The file to make.")]
Fps = Annotated[int, typer.Option(help="Frames a second: 24, 25, 30 or 60.")]

# A photo that the length has no room for is the editor's choice, and no fault of the photo.
_EDITORIAL = "does_not_fit"


@app.command()
def clip(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo.")],
    *,
    out: Out,
    motion: Annotated[
        str, typer.Option(help="auto, hold, push_in, pull_out, pan_left, pan_right, pan_up or pan_down.")
    ] = "auto",
    seconds: Annotated[float, typer.Option(help="Length, 0.5 to 30.")] = 3.0,
    size: Annotated[str, typer.Option(metavar="WxH", help="Width and height in pixels, even.")] = "1920x1080",
    fps: Fps = 30,
) -> None:
    """Make a clip of a photo, the camera moving over it."""
    moving = motion_of(motion)
    width, height = size_of(size)
    check_rate(fps)
    check_seconds(seconds, 0.5, 30)
    check_out(out)
    from render.clip import make_clip

    with bar(out.name) as report:
        made = attempt(
            lambda: make_clip(photo, out, moving, seconds=seconds, width=width, height=height, fps=fps, report=report)
        )
    if isinstance(made, Failure):
        fail(f"{photo}: {made}")
    say = stdout()
    frames = f"{made.frames} frames at {made.fps} a second"
    say.print(printable(f"{out}: {made.width}x{made.height}, {frames}, {made.motion}"), markup=False)
    for note in made.notes:
        say.print(printable(f"  {note}"), markup=False)


@app.command()
def video(
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO_OR_FOLDER...", help="Photos, and folders of them, in order.")
    ],
    *,
    out: Out,
    music: Annotated[Path | None, typer.Option(help="Music to cut to; unset: a silent video.")] = None,
    seconds: Annotated[float, typer.Option(help="Length wanted, 2 to 600.")] = 30.0,
    ratio: Annotated[str, typer.Option(help="16:9, 9:16, 1:1 or 4:5.")] = "16:9",
    fps: Fps = 30,
    height: Annotated[int, typer.Option(help="Shorter side in pixels, even, 64 to 4320.")] = 1080,
) -> None:
    """Make a video of photos, cut on the beat, and write its timeline beside it as OUT.json."""
    shape = ratio_of(ratio)
    check_rate(fps)
    check_seconds(seconds, 2, 600)
    check_height(height)
    check_out(out)
    from render.audio import analyse
    from render.video import make_video

    files, lacking = _expanded(photos)
    for sentence in lacking:
        complain(sentence, "yellow")
    with bar(out.name) as report:
        made = attempt(
            lambda: make_video(
                files,
                music,
                out,
                analyse=analyse,
                seconds=seconds,
                ratio=shape,
                height=height,
                fps=fps,
                report=report,
            )
        )
    if isinstance(made, Failure):
        if made.code == "no_usable_photo":
            _explain(files)
        fail(str(made))
    timeline = made.timeline
    refused = [left for left in timeline.left_out if left.code != _EDITORIAL]
    for left in refused:
        complain(f"{left.photo_id}: {left.code}: {left.reason}", "yellow")
    say = stdout()
    length = f"{timeline.frames} frames at {timeline.fps} a second, {len(timeline.shots)} photos"
    say.print(printable(f"{out}: {timeline.width}x{timeline.height}, {length}"), markup=False)
    say.print(printable(f"{out.with_suffix('.json')}: the timeline"), markup=False)
    unfit = len(timeline.left_out) - len(refused)
    notes = [f"{unfit} photos do not fit into {seconds:g} s: the timeline names them."] if unfit else []
    for note in [*timeline.notes, *notes]:
        say.print(printable(f"  {note}"), markup=False)
    if lacking or refused:
        raise typer.Exit(1)


def _expanded(given: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Folders replaced by their photos in the order of their names; and a sentence for each folder without any."""
    from processors.reference.photos import NoPhotosError, find_photos

    files: list[Path] = []
    lacking = []
    for path in given:
        if not path.is_dir():
            files.append(path)
            continue
        try:
            files += find_photos(path).photos.values()
        except NoPhotosError as error:
            lacking.append(str(error))
    return files, lacking


def _explain(files: Sequence[Path]) -> None:
    """Why each of the photos cannot be used."""
    from render.video import check_photos

    for refused in check_photos(files)[1]:
        complain(f"{refused.photo_id}: {refused.code}: {refused.reason}", "yellow")
