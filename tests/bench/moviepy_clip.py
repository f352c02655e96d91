"""A push-in by MoviePy 2, run in the bench's own environment: PHOTO OUT FRAMES FPS WIDTHxHEIGHT."""

import sys

from moviepy import CompositeVideoClip, ImageClip


def main() -> None:
    """Grow the picture a little for each frame, as MoviePy's users do, and encode with one thread of x264 veryfast."""
    photo, out, frames, fps, size = sys.argv[1:6]
    width, height = (int(side) for side in size.split("x"))
    seconds = int(frames) / int(fps)
    still = ImageClip(photo, duration=seconds).resized((width, height))
    moved = still.resized(lambda t: 1 + 0.135 * t / seconds).with_position("center")
    clip = CompositeVideoClip([moved], size=(width, height))
    clip.write_videofile(out, fps=int(fps), codec="libx264", preset="veryfast", threads=1, audio=False, logger=None)


if __name__ == "__main__":
    main()
