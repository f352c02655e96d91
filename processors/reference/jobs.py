"""What a backend knows about its jobs, merged from every topic that speaks of them. Pure: no broker, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from processors.engine.wire import live_run_id
from schemas.events import ResultEvent
from schemas.jobs import CommandRejected, DeadLetter, JobCompleted, Progress, Stage
from schemas.record import Record


@dataclass(frozen=True, slots=True)
class Job:
    """A run of a job that somebody waits for."""

    job_id: str
    run_id: str
    stage: Stage
    digest: str | None = None  # of the command's content, when we sent it ourselves

    @classmethod
    def live(cls, stage: Stage, job_id: str, digest: str | None = None) -> "Job":
        """The run that the job's own command starts."""
        return cls(job_id, live_run_id(stage, job_id), stage, digest)


@dataclass(slots=True)
class JobView:
    """Everything heard of one run so far."""

    job: Job
    progress: Progress | None = None
    completion: JobCompleted | None = None
    rejection: CommandRejected | None = None
    events: list[ResultEvent] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether nothing but late events can follow."""
        return self.completion is not None or self.rejection is not None

    @property
    def percent(self) -> float:
        """How far it is, 0 to 100, never falling; the completion alone makes it 100."""
        if self.completion is not None:
            return 100.0
        return min(self.progress.percent, 99.9) if self.progress is not None else 0.0


@dataclass(frozen=True, slots=True)
class Update:
    """A record that told something new about a run."""

    view: JobView
    record: Record


class Inbox:
    """Sorts records to the runs they are about; drops what was delivered before and what is about other jobs."""

    def __init__(self) -> None:
        self._by_run: dict[str, JobView] = {}
        self._seen: set[str] = set()

    def watch(self, jobs: Iterable[Job]) -> list[JobView]:
        """Keep what is heard of these runs from now on; their views, in order."""
        return [self._by_run.setdefault(job.run_id, JobView(job)) for job in jobs]

    def take(self, record: Record) -> Update | None:
        """The news in a record, or None when there is none for us."""
        if isinstance(record, CommandRejected):
            return self._rejected(record)
        view = self._by_run.get(getattr(record, "run_id", None) or "")
        if view is None or self._is_known(record) or not self._keep(view, record):
            return None
        return Update(view, record)

    def _is_known(self, record: Record) -> bool:
        event_id = getattr(record, "event_id", None)
        if event_id is None or event_id not in self._seen:
            self._seen.add(event_id or "")
            return False
        return True

    def _keep(self, view: JobView, record: Record) -> bool:
        """Write it into the view; False when it changes nothing."""
        if isinstance(record, JobCompleted):
            view.completion = record
        elif isinstance(record, ResultEvent):
            view.events.append(record)
        elif isinstance(record, DeadLetter):
            view.dead_letters.append(record)
        elif isinstance(record, Progress):
            # A view that may come late, twice or out of order: it never goes back, nor past the end.
            if view.ended or (view.progress is not None and record.percent < view.progress.percent):
                return False
            view.progress = record
        else:
            return False
        return True

    def _rejected(self, record: CommandRejected) -> Update | None:
        """A rejection names no run: it ends the one whose command it refuses, and no other of the same job.

        The refusal of other content under an accepted job's id is not the accepted job's end.
        """
        if self._is_known(record):
            return None
        for view in self._by_run.values():
            job = view.job
            if (job.job_id, job.stage) != (record.job_id, record.stage) or view.ended:
                continue
            about_other = record.rejected_digest is not None and job.digest not in (None, record.rejected_digest)
            if about_other:
                continue
            if job.digest is not None or record.accepted_digest is None:
                view.rejection = record
            return Update(view, record)
        return None
