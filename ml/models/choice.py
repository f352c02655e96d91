"""Which model answers what."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from ml.models.manifest import Task

TASKS = {
    "scene": frozenset({Task.SCENE, Task.ROOM}),
    "segmentation": frozenset({Task.SEGMENTATION, Task.ROOM}),
    "detection": frozenset({Task.DETECTION}),
    "marks": frozenset({Task.MARKS}),
    "lines": frozenset({Task.LINES}),
}
"""The tasks of models that can fill each place of a choice."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model for each purpose: `name` or `name@version`; None: nothing answers it."""

    scene: str | None = None
    segmentation: str | None = None
    detection: str | None = None
    marks: str | None = None
    lines: str | None = None

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Each place that is filled, with the model's name."""
        for field in fields(self):
            name = getattr(self, field.name)
            if name is not None:
                yield field.name, name


SHIPPED = ModelChoice(scene="room", segmentation="room", marks="marks")
"""What answers where nothing else is configured."""
