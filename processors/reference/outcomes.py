"""The outcomes of a run's tasks, wherever its completion keeps them."""

import tempfile
from pathlib import Path

from pydantic import TypeAdapter

from processors.engine.artifacts import ArtifactStore
from schemas.jobs import JobCompleted, TaskOutcome

_OUTCOMES = TypeAdapter(list[TaskOutcome])


def outcomes_of(completion: JobCompleted, store: ArtifactStore) -> list[TaskOutcome]:
    """Every task's outcome, sorted by task_id: in the completion itself, or in its manifest.

    Raises ArtifactMissingError, StoreUnavailableError.
    """
    if completion.manifest is None:
        return list(completion.tasks)
    return _OUTCOMES.validate_json(read_artifact(store, completion.manifest.sha256))


def read_artifact(store: ArtifactStore, sha256: str) -> bytes:
    """An artifact's bytes. Raises ArtifactMissingError, StoreUnavailableError."""
    with tempfile.TemporaryDirectory(prefix="vls-media-") as folder:
        copy = Path(folder) / "artifact"
        store.fetch(sha256, copy)
        return copy.read_bytes()
