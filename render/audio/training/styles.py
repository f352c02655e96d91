"""The styles of the synthetic music: metre, tempi and grooves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """A kind of music. Each groove names drums, each followed by its sixteenths of a bar: x loud, o soft, . none."""

    beats_per_bar: int
    bpm: tuple[float, float]
    grooves: tuple[str, ...] = ()
    drums_share: float = 1.0
    swing: float = 0.0  # how much later the off-beat eighths come, in beats
    live: bool = False
    harmony_share: float = 0.9
    weight: float = 1.0

    def patterns(self, groove: int) -> list[tuple[str, str]]:
        """The drums of a groove with their lines."""
        words = self.grooves[groove].split()
        return list(zip(words[::2], words[1::2], strict=True))


STYLES = {
    "rock": Style(
        4,
        (85, 175),
        (
            "kick x.......x.x..... snare ....x.......x... hat x.o.x.o.x.o.x.o.",
            "kick x.....x.x....... snare ....x.......x... ride x...x...x...x...",
            "kick x.x.....x....... snare ....x.......x... open x...x...x...x...",
        ),
    ),
    "four": Style(
        4,
        (108, 150),
        (
            "kick x...x...x...x... open ..x...x...x...x. clap ....x.......x...",
            "kick x...x...x...x... hat o.x.o.x.o.x.o.x.",
            "kick x...x...x...x... hat oooooooooooooooo snare ....x.......x...",
        ),
    ),
    "break": Style(
        4,
        (90, 175),
        (
            "kick x.x.......x..... snare ....x..o.o..x..o hat x.o.x.o.x.o.x.o.",
            "kick x.........xx.... snare ....x.......x... hat xoxoxoxoxoxoxoxo",
            "kick x.....x...x..... snare ....x..o.o....x. ride x.x.x.x.x.x.x.x.",
        ),
    ),
    "hiphop": Style(
        4,
        (68, 105),
        (
            "kick x......x..x..... snare ....x.......x... hat xoxoxoxoxoxoxoxo",
            "kick x..x......x..... clap ....x.......x... hat x.o.x.o.x.o.x.o.",
            "kick x.........x..x.. rim ....x.......x... shaker x.o.x.o.x.o.x.o.",
        ),
        swing=0.06,
    ),
    "latin": Style(
        4,
        (85, 130),
        (
            "kick x..x..x.x..x..x. rim x..x..x...x.x... shaker xoxoxoxoxoxoxoxo",
            "kick x.....x.x.....x. cowbell x...x...x...x...",
            "kick x..x....x..x.... rim ....x.......x... tom ..............xx shaker x.o.x.o.x.o.x.o.",
        ),
    ),
    "reggae": Style(
        4,
        (65, 95),
        (
            "kick ........x....... rim ........x....... hat x.o.x.o.x.o.x.o.",
            "kick x.......x....... rim ....x.......x... hat x.o.x.o.x.o.x.o.",
        ),
    ),
    "swing": Style(
        4,
        (100, 190),
        (
            "ride x...x.o.x...x.o. hat ....x.......x... kick o...o...o...o...",
            "ride x...x.o.x...x.o. hat ....x.......x...",
        ),
        drums_share=0.85,
        swing=1 / 6,
        live=True,
    ),
    "ballad": Style(
        4,
        (58, 90),
        (
            "kick x.......x....... snare ....x.......x... hat x.o.x.o.x.o.x.o.",
            "kick x.........x..... rim ....x.......x...",
        ),
        drums_share=0.6,
        live=True,
    ),
    "strings4": Style(4, (62, 140), drums_share=0.0, live=True, harmony_share=1.0, weight=1.5),
    "folk": Style(4, (85, 165), ("tom x.......x....... shaker x.o.x.o.x.o.x.o.",), drums_share=0.4, live=True),
    "waltz": Style(
        3,
        (80, 185),
        (
            "kick x........... snare ....x...x... hat x.o.x.o.x.o.",
            "kick x........... rim ....x...x...",
            "kick x........... ride x...x...x...",
            "kick x........... hat ....x...x... snare ........x...",
        ),
        weight=3.0,
    ),
    "slow3": Style(
        3,
        (62, 100),
        (
            "kick x........... snare ........x... hat x.o.x.o.x.o.",
            "kick x.....x..... snare ....x...x...",
            "kick x.........x. clap ........x... hat xoxoxoxoxoxo",
        ),
        drums_share=0.7,
        weight=1.5,
    ),
    "strings3": Style(3, (70, 170), drums_share=0.0, live=True, harmony_share=1.0, weight=1.5),
    "folk3": Style(3, (90, 180), ("tom x........... shaker x.o.x.o.x.o.",), drums_share=0.4, live=True),
    "click4": Style(4, (60, 200), ("accent x............... click ....x...x...x...",), harmony_share=0.0, weight=0.5),
    "click3": Style(3, (60, 200), ("accent x........... click ....x...x...",), harmony_share=0.0, weight=0.5),
}
