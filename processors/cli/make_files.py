"""`vls-media make`: a clip, a video or furnished photos from files, by the code that the stages run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from processors.cli.console import bar, complain, fail, printable, stdout
from processors.cli.edit_options import EditOptions, edit_of, facts_of_files, staged_pairs
from processors.cli.failures import Failure, attempt
from processors.cli.make_staging import staging
from processors.cli.video_options import (
    check_height,
    check_out,
    check_rate,
    check_seconds,
    color_of,
    focus_of,
    motion_of,
    narrow_of,
    ramp_of,
    ratio_of,
    size_of,
)

app = typer.Typer(no_args_is_help=True, help="Make a clip, a video or furnished photos from files: no Kafka needed.")
app.command()(staging)
Out = Annotated[Path, typer.Option("-o", "--out", metavar="OUT.mp4", help="The file to make.")]
Fps = Annotated[int, typer.Option(help="Frames a second: 24, 25, 30 or 60.")]

# A photo that the length has no room for is the editor's choice, and no fault of the photo.
_EDITORIAL = frozenset({"does_not_fit", "near_duplicate", "below_quality", "no_slot"})


@app.command()
def clip(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo.")],
    *,
    out: Out,
    motion: Annotated[
        str, typer.Option(help="auto, hold, push_in, pull_out, pan_left, focus_push, reframe_pan, ...")
    ] = "auto",
    seconds: Annotated[float, typer.Option(help="Length, 0.5 to 30.")] = 3.0,
    size: Annotated[str, typer.Option(metavar="WxH", help="Width and height in pixels, even.")] = "1920x1080",
    fps: Fps = 30,
    ramp: Annotated[
        str, typer.Option(help="constant, ease_in, ease_out, hero, bullet, montage, flash_in, flash_out, or points.")
    ] = "constant",
    focus: Annotated[
        str, typer.Option(metavar="X,Y", help="What the camera keeps to, in shares of the photo, such as 0.7,0.4.")
    ] = "",
    depth: Annotated[Path | None, typer.Option(help="A depth map, near is bright; for parallax.")] = None,
    narrow: Annotated[
        str, typer.Option(help="A photo that would be cut too much: reframe_pan, blurred or brand.")
    ] = "reframe_pan",
    color: Annotated[str, typer.Option(help="Colour of a matte, #rrggbb.")] = "#101418",
    strict_resolution: Annotated[
        bool, typer.Option("--strict-resolution", help="Refuse a photo with fewer pixels than the clip.")
    ] = False,
    label: Annotated[str, typer.Option(help="Alteration label, in every frame.")] = "",
) -> None:
    """Make a clip of a photo, the camera moving over it.

    A ramp may be points, AT:SPEED,AT:SPEED,... with times from 0 to 1 and speeds from 0.1 to 10.
    """
    moving = motion_of(motion)
    width, height = size_of(size)
    speed, point, framing, matte = ramp_of(ramp), focus_of(focus), narrow_of(narrow), color_of(color)
    check_rate(fps)
    check_seconds(seconds, 0.5, 30)
    check_out(out, (photo, depth))
    from render.clip import make_clip

    with bar(out.name) as report:
        made = attempt(
            lambda: make_clip(
                photo,
                out,
                moving,
                seconds=seconds,
                width=width,
                height=height,
                fps=fps,
                ramp=speed,
                focus=point,
                depth=depth,
                narrow=framing,
                matte=matte,
                strict=strict_resolution,
                label=label,
                report=report,
            )
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
    track_id: Annotated[str, typer.Option(help="The music's id; passed on to OUT.json, as the next two.")] = "",
    licence: Annotated[str, typer.Option(help="The music's licence.")] = "",
    attribution: Annotated[str, typer.Option(help="What the music's licence asks to be said.")] = "",
    auto: Annotated[
        bool, typer.Option("--auto", help="Look at the photos, choose among them, and put them in the order of a tour.")
    ] = False,
    template: Annotated[Path | None, typer.Option(help="Execute this template, a JSON file.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Value of a {field} of the template; repeatable.")
    ] = None,
    timeline_file: Annotated[
        Path | None, typer.Option("--timeline", help="Execute this timeline: an OUT.json, edited or not.")
    ] = None,
    more_ratio: Annotated[
        list[str] | None, typer.Option(metavar="RATIO", help="A further shape of the same edit; repeatable.")
    ] = None,
    branding: Annotated[str, typer.Option(help="branded, unbranded or pair.")] = "branded",
    title: Annotated[str, typer.Option(help="Over the first shot; \\n begins a new line.")] = "",
    price: Annotated[str, typer.Option(help="A badge on the first shot.")] = "",
    agent: Annotated[str, typer.Option(help="On the last shot, unless unbranded; so are the next three.")] = "",
    phone: Annotated[str, typer.Option(help="The agent's phone number.")] = "",
    website: Annotated[str, typer.Option(help="The agent's website.")] = "",
    logo: Annotated[Path | None, typer.Option(help="A picture, may be transparent.")] = None,
    color: Annotated[str, typer.Option(help="Colour of plates and mattes, #rrggbb.")] = "#101418",
    narrow: Annotated[
        str, typer.Option(help="Photos that would be cut too much: reframe_pan, blurred or brand.")
    ] = "reframe_pan",
    strict_resolution: Annotated[
        bool, typer.Option("--strict-resolution", help="Refuse photos with fewer pixels than the frame.")
    ] = False,
    staged: Annotated[
        list[str] | None,
        typer.Option(metavar="PHOTO=ORIGINAL", help="A staged photo, revealed from its original; repeatable."),
    ] = None,
    staged_label: Annotated[str, typer.Option(help="What stands on staged photos.")] = "Virtually staged",
    preview: Annotated[bool, typer.Option("--preview", help="The same video on 640 pixels, quick and coarse.")] = False,
    encoder: Annotated[
        str, typer.Option(envvar="VLS_ENCODER", help="x264, or a hardware encoder such as h264_nvenc.")
    ] = "x264",
) -> None:
    """Make a video of photos, cut on the beat, and write its timeline beside it as OUT.json."""
    shape = ratio_of(ratio)
    check_rate(fps)
    check_seconds(seconds, 2, 600)
    check_height(height)
    check_out(out, (*photos, music, template, logo))
    from render.audio import analyse
    from render.video import make_video
    from schemas.audio import MusicCredit

    edit = edit_of(
        EditOptions(
            seconds=seconds, ratio=shape, height=height, fps=fps, auto=auto, template=template, fields=field or [],
            timeline=timeline_file, more_ratios=more_ratio or [], branding=branding, title=title, price=price,
            agent=agent, phone=phone, website=website, color=color, narrow=narrow, strict=strict_resolution,
        )
    )  # fmt: skip
    pairs = staged_pairs(staged or [])
    credit = MusicCredit(track_id=track_id, licence=licence, attribution=attribution)
    files, lacking = _expanded(photos)
    for sentence in lacking:
        complain(sentence, "yellow")
    known = facts_of_files(files, pairs, staged_label, look=auto or template is not None)
    with bar(out.name) as report:
        made = attempt(
            lambda: make_video(
                files,
                music,
                out,
                analyse=analyse,
                edit=edit,
                facts=known,
                logo=logo,
                credit=credit if any((track_id, licence, attribution)) else None,
                preview=preview,
                encoder=encoder,
                report=report,
            )
        )
    if isinstance(made, Failure):
        if made.code == "quality_check_failed":
            complain(f"{out.with_suffix('.quality.json')}: every check", "yellow")
        if made.code == "no_usable_photo":
            _explain(files)
        fail(str(made))
    timeline = made.timeline
    refused = [left for left in timeline.left_out if left.code not in _EDITORIAL]
    for left in refused:
        complain(f"{left.photo_id}: {left.code}: {left.reason}", "yellow")
    say, shots = stdout(), len(timeline.shots)
    length = f"{timeline.frames} frames at {timeline.fps} a second, {shots} photo{'s' if shots != 1 else ''}"
    say.print(printable(f"{out}: {timeline.width}x{timeline.height}, {length}"), markup=False)
    say.print(printable(f"{out.with_suffix('.json')}: the timeline"), markup=False)
    say.print(printable(f"{out.with_suffix('.quality.json')}: the quality checks, all passed"), markup=False)
    unfit = len(timeline.left_out) - len(refused)
    notes = [f"{unfit} {'photo is' if unfit == 1 else 'photos are'} not in it: the timeline says why."] if unfit else []
    for other in made.others:
        size = f"{other.timeline.width}x{other.timeline.height}"
        say.print(printable(f"{other.out}: {size}, the same edit"), markup=False)
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
