"""What a run came to: the completion record, from its outcomes."""

import json
from collections.abc import Sequence
from typing import Any

from processors.engine.services import Services
from processors.engine.stage import Ending
from processors.engine.wire import derived_id
from schemas.artifacts import ArtifactRef, ErrorInfo
from schemas.canonical import canonical_json
from schemas.jobs import JobCompleted, JobStatus, RunKind, TaskOutcome, TaskStatus


def status_of(outcomes: Sequence[TaskOutcome], *, has_result: bool) -> JobStatus:
    """Succeeded when every task did; else partial when there is a result in spite of it; else failed."""
    if not has_result:
        return JobStatus.FAILED
    if all(outcome.status is TaskStatus.SUCCEEDED for outcome in outcomes):
        return JobStatus.SUCCEEDED
    return JobStatus.PARTIAL


def completion_of(
    services: Services,
    run: Any,
    outcomes: Sequence[TaskOutcome],
    ending: Ending,
    status: JobStatus | None,
    error: ErrorInfo | None,
    now_ms: int,
) -> JobCompleted:
    """The completion of a run (a row of the ledger).

    Outcomes that would make the record larger than a topic takes go into a manifest artifact.
    """
    failed = [outcome for outcome in outcomes if outcome.status is TaskStatus.FAILED]
    completion = JobCompleted(
        event_id=derived_id(run.run_id, "end"),
        job_id=run.job_id,
        run_id=run.run_id,
        run_kind=RunKind(run.kind),
        listing_id=run.listing_id,
        stage=services.stage.name,
        status=status or status_of(outcomes, has_result=ending.has_result),
        error=error or (failed[0].error if failed else None),
        tasks=list(outcomes),
        result=canonical_json(dict(ending.result)),
        artifacts=list(ending.artifacts),
        tasks_total=len(outcomes),
        tasks_failed=len(failed),
        cache_hits=sum(outcome.cached for outcome in outcomes),
        cpu_seconds=round(sum(outcome.cpu_seconds for outcome in outcomes), 6),
        bytes_read=sum(outcome.bytes_read for outcome in outcomes),
        bytes_written=sum(outcome.bytes_written for outcome in outcomes),
        started_ms=run.accepted_ms,
        ended_ms=now_ms,
    )
    text = completion.model_dump_json()
    if len(text) <= services.limits.completion_bytes:
        return completion
    manifest = json.dumps([outcome.model_dump(mode="json") for outcome in outcomes], indent=1).encode()
    stored = services.store.put_bytes(manifest, "application/json")
    reference = ArtifactRef(
        uri=stored.uri,
        sha256=stored.sha256,
        bytes=stored.bytes,
        media_type="application/json",
        file_name="outcomes.json",
        role="manifest",
    )
    return completion.model_copy(update={"tasks": [], "manifest": reference})
