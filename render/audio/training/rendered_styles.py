"""Styles of the clips that FluidSynth renders: none of them is a style of the music that anything was fitted on."""

from dataclasses import dataclass

# General MIDI percussion keys.
DRUMS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "tomlow": 45, "open": 46, "tom": 48, "ride": 51,
    "tamb": 54, "cowbell": 56, "bongo": 60, "conga": 63, "cabasa": 69, "maracas": 70, "clave": 75,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreStyle:
    """A kind of music: metre, tempi, General MIDI programs from 0, sixteenths of drums (x loud, o soft, . none)."""

    beats_per_bar: int
    bpm: tuple[float, float]
    chords: tuple[int, ...]  # programs, one is drawn
    comping: str  # see scores.comp
    bass: str = "roots"  # roots, fifths, walking, eighths, offbeats, none
    bass_program: int = 33
    lead: int | None = None
    grooves: tuple[str, ...] = ()
    swing: float = 0.0  # how much later the off-beat eighths come, in beats
    live: bool = False


SCORE_STYLES = {
    "bossa": ScoreStyle(
        4, (110, 150), (24, 0), "bossa", "fifths", 32, 73,
        ("kick x..xx..xx..xx..x rim x..x..x...x..x.. hat xoxoxoxoxoxoxoxo",), live=True,
    ),
    "samba": ScoreStyle(
        4, (92, 118), (24,), "offbeats", "fifths", 32, None,
        ("kick o..oX..oo..ox..o tamb xooxxooxxooxxoox tomlow ....x.......x... cabasa xoxoxoxoxoxoxoxo",),
    ),
    "shuffle": ScoreStyle(
        4, (90, 135), (16, 0), "stabs", "walking", 33, 26,
        ("kick x.......x....... snare ....x.......x... ride x.x.x.x.x.x.x.x.",), swing=1 / 6, live=True,
    ),
    "gospel3": ScoreStyle(
        3, (72, 104), (16, 0), "block", "roots", 33, 52,
        ("kick x.....x..... snare ........x... hat x.x.x.x.x.x.", "kick x........... tamb ....x...x..."), live=True,
    ),
    "synthwave": ScoreStyle(
        4, (84, 116), (89, 90), "pad", "eighths", 38, 81,
        ("kick x...x...x...x... snare ....x.......x... hat ..x...x...x...x.",),
    ),
    "trap": ScoreStyle(
        4, (66, 82), (4, 11), "block", "roots", 38, 11,
        ("kick x.....x..x...... clap ....x.......x... hat xoxoxxxoxoxoxxoo",),
    ),
    "disco": ScoreStyle(
        4, (108, 128), (48, 4), "offbeats", "eighths", 33, 56,
        ("kick x...x...x...x... snare ....x.......x... open ..x...x...x...x. hat xoxoxoxoxoxoxoxo",),
    ),
    "ska": ScoreStyle(
        4, (124, 168), (27, 16), "offbeats", "walking", 33, 56,
        ("kick ....x.......x... rim ....x.......x... hat x.x.x.x.x.x.x.x.",), live=True,
    ),
    "train": ScoreStyle(
        4, (96, 132), (25,), "oompah", "fifths", 32, 110,
        ("kick x...x...x...x... snare oxoxoxoxoxoxoxox",), live=True,
    ),
    "tango": ScoreStyle(4, (112, 132), (0, 23), "marcato", "roots", 32, 40, live=True),
    "minuet": ScoreStyle(3, (104, 138), (6,), "walk3", "roots", 42, 73, live=True),
    "mazurka": ScoreStyle(3, (118, 160), (0,), "oompah", "roots", 32, 21, live=True),
    "musette": ScoreStyle(3, (140, 178), (21, 24), "oompah", "roots", 32, 21, ("rim ....x...x...",), live=True),
    "picking": ScoreStyle(4, (76, 118), (25, 24), "arpeggio", "fifths", 32, None, live=True),
    "ostinato": ScoreStyle(4, (96, 132), (48, 45), "pulse", "roots", 43, 60, ("tomlow x.....x...x.....",)),
    "lofi": ScoreStyle(
        4, (72, 90), (4, 0), "stabs", "roots", 32, 11,
        ("kick x.........x..... snare ....x.......x... hat x.x.x.x.x.x.x.x.",), swing=0.1,
    ),
    "bigband": ScoreStyle(
        4, (120, 176), (61, 0), "stabs", "walking", 32, 66,
        ("kick o...o...o...o... ride x...x.o.x...x.o. hat ....x.......x...",), swing=1 / 6, live=True,
    ),
    "corporate": ScoreStyle(
        4, (100, 128), (0, 28), "pulse", "eighths", 33, 9,
        ("kick x.......x....... clap ....x.......x... tamb ..x...x...x...x.",
         "kick x...x...x...x... hat ..x...x...x...x."),
    ),
    "ambient": ScoreStyle(4, (70, 96), (89, 91), "arpeggio", "roots", 39, 8),
    "lullaby3": ScoreStyle(3, (72, 100), (10, 46), "arpeggio", "roots", 32, 73, live=True),
}  # fmt: skip
