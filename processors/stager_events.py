"""The stager's result events, from a task and its outcome."""

import json
from collections.abc import Mapping
from typing import Any

from processors.engine.stage import Event, RunContext
from processors.engine.wire import derived_id
from processors.stager_tasks import artifact, room_use
from schemas.artifacts import ArtifactRef
from schemas.events import Disclosure, Lineage, ListingStaged, MediaAlteration, PhotoStaged
from schemas.jobs import TaskOutcome, TaskRecord
from schemas.staging import Consistency, DisclosedBy, GateCheck, StagedItem, StagingReason, StagingStatus


def listing_event(run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Event:
    """ListingStaged, of the summary."""
    scores = [Consistency.model_validate(score) for score in json.loads(outcome.result)["consistency"]]
    found = {**json.loads(task.labels["event"]), **_whose(run, task, outcome), "consistency": scores}
    return Event("media.listing.staged", run.job_id, ListingStaged.model_validate(found))


def declined_event(run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Event:
    """PhotoStaged of a photo that goes back unrendered."""
    reasons = json.loads(outcome.result)["reasons"]
    lineage = Lineage(seed=int(task.labels.get("seed", "0")), kit=task.labels.get("kit", ""))
    return _unstaged(run, task, outcome, reasons, lineage)


def refused_event(run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Event | None:
    """PhotoStaged of a photo of which no variation passed; None where one did: that is published by itself."""
    said = json.loads(outcome.result)
    if any(made["staged"] for made in said["variations"]):
        return None
    first = said["variations"][0]
    lineage = Lineage(seed=said["seed"], kit=said["kit"], versions=task.versions)
    more = {
        "furnished_as": room_use(first["furnished_as"]),
        "gate": [GateCheck.model_validate(check) for check in first["gate"]],
        "items": [StagedItem.model_validate(item) for item in first["items"]],
        "left_out": first["left_out"],
        "engine": said["engine"],
    }
    return _unstaged(run, task, outcome, first["reasons"], lineage, more)


def photo_labels(
    task_labels: Mapping[str, str], outcome: TaskOutcome, number: int, versions: Mapping[str, str]
) -> dict[str, str]:
    """What the event of a published variation says of how it was staged; `number` counts the photo's variations."""
    said = json.loads(outcome.result)
    made = said["variations"][number]
    variation = made["variation"]
    files = {
        role: artifact(outcome, role, variation).model_dump(mode="json")
        for role in ("master", "furniture_mask", "shadow_mask")
    }
    event = {
        **files,
        "variation": variation,
        "items": made["items"],
        "left_out": made["left_out"],
        "gate": made["gate"],
        "engine": said["engine"],
        "furnished_as": str(room_use(made["furnished_as"])),
        "room": task_labels.get("room", ""),
        "independent_view": task_labels.get("independent") == "yes",
        "shared_with": json.loads(task_labels.get("shared_with") or "[]"),
        "source": outcome.inputs[-1].model_dump(mode="json") if outcome.inputs else None,
        "lineage": {"seed": said["seed"], "kit": said["kit"], "versions": dict(versions)},
    }
    original = artifact(outcome, "original").model_dump(mode="json")
    return {"event": json.dumps(event), "original": json.dumps(original)}


def published_event(run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Event:
    """PhotoStaged of one variation, with the file that may be published."""
    record = json.loads(outcome.result)
    label = record["label"]
    original = ArtifactRef.model_validate_json(task.labels["original"])
    policy = json.loads(task.params)["policy"]
    event = PhotoStaged.model_validate(
        {
            **json.loads(task.labels["event"]),
            **_whose(run, task, outcome),
            "photo_id": task.item or "",
            "staged": artifact(outcome, "staged"),
            "sidecar": artifact(outcome, "disclosure"),
            "xmp": artifact(outcome, "xmp"),
            "status": StagingStatus.STAGED,
            "disclosure": Disclosure(
                alterations=[MediaAlteration(found) for found in record["alterations"]],
                original=original,
                label=label["wording"] if label is not None else "",
            ),
            "disclosed_by": DisclosedBy(
                policy=record["policy"],
                rule=record["rule"],
                source=record["source"],
                effective=record["effective"],
                reviewed_by=record["reviewed_by"],
                original_order=policy["original"]["order"],
                original_url=record["original"]["url"],
                digital_source_type=f"http://cv.iptc.org/newscodes/digitalsourcetype/{record['digital_source_type']}",
                contrast=label["contrast"] if label is not None else None,
                cap_height_px=label["cap_height_px"] if label is not None else None,
            ),
        }
    )
    return Event("media.photo.staged", run.job_id, event)


def _unstaged(
    run: RunContext,
    task: TaskRecord,
    outcome: TaskOutcome,
    reasons: list[dict[str, str]],
    lineage: Lineage,
    more: Mapping[str, Any] | None = None,
) -> Event:
    original = artifact(outcome, "original")
    event = PhotoStaged.model_validate(
        {
            **_whose(run, task, outcome),
            "photo_id": task.item or "",
            "variation": 0,
            "staged": original,
            "disclosure": Disclosure(alterations=[MediaAlteration.NONE], original=original, label=""),
            "lineage": lineage,
            "source": _source(task, outcome),
            "status": StagingStatus.UNSTAGED,
            "reasons": [StagingReason.model_validate(reason) for reason in reasons],
            "room": task.labels.get("room", ""),
            **(more or {}),
        }
    )
    return Event("media.photo.staged", run.job_id, event)


def _source(task: TaskRecord, outcome: TaskOutcome) -> Any:
    """The photo among the inputs, which are sorted by name: a mask goes before it."""
    return outcome.inputs[-1] if outcome.inputs and task.inputs else None


def _whose(run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> dict[str, Any]:
    return {
        "event_id": derived_id(run.run_id, task.kind, task.task_id),
        "job_id": run.job_id,
        "run_id": run.run_id,
        "listing_id": run.listing_id,
        "cached": outcome.cached,
    }
