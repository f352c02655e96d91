"""What a person sees while jobs run: bars on a terminal, a line at each step anywhere else."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from processors.reference.jobs import JobView
from processors.reference.listing import why_failed

_STEP_PERCENT = 25.0
_LINE = 180


def wide_console() -> Console:
    """Standard output; where it is no terminal, wide enough that tables keep a run in a line."""
    width = None if sys.stdout.isatty() else _LINE
    return Console(file=sys.stdout, highlight=False, soft_wrap=True, width=width)


class Screen:
    """Progress of several jobs. `show` is called at each update."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or wide_console()
        self._bars: Progress | None = None
        self._ids: dict[str, TaskID] = {}
        self._said: dict[str, tuple[str, float]] = {}

    def say(self, text: str, style: str | None = None) -> None:
        """A line of its own."""
        self.console.print(text, style=style, markup=False)

    @contextmanager
    def following(self, views: Iterable[JobView]) -> Iterator[None]:
        """Bars for these jobs, as long as the block lasts."""
        chosen = list(views)
        if not self.console.is_terminal:
            yield
            for view in chosen:
                self.show(view)
            return
        columns = (
            TextColumn("{task.description:<9}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[doing]}", style="dim"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as bars:
            self._bars = bars
            for view in chosen:
                self._ids[view.job.run_id] = bars.add_task(str(view.job.stage), total=100.0, doing="waiting")
            try:
                yield
                for view in chosen:
                    self.show(view)
            finally:
                self._bars = None

    def show(self, view: JobView) -> None:
        """The state of a job now."""
        if self._bars is not None:
            self._bars.update(self._ids[view.job.run_id], completed=view.percent, doing=doing(view))
            return
        phase = "ended" if view.ended else (view.progress.phase if view.progress is not None else "waiting")
        last_phase, last_percent = self._said.get(view.job.run_id, ("", -_STEP_PERCENT))
        if phase != last_phase or view.percent >= last_percent + _STEP_PERCENT:
            self._said[view.job.run_id] = phase, view.percent
            self.say(f"{view.job.stage:<9} {view.percent:3.0f} %  {doing(view)}")


def doing(view: JobView) -> str:
    """What the job does, or how it ended, in a few words."""
    if view.rejection is not None:
        return f"refused: {view.rejection.error.code}"
    if (completion := view.completion) is not None:
        done = f"{completion.tasks_total} tasks, {completion.cache_hits} from the cache"
        failed = f", {completion.tasks_failed} failed" if completion.tasks_failed else ""
        reason = why_failed(view)
        return f"{completion.status}: {done}{failed}{f' ({reason})' if reason else ''}"
    if (progress := view.progress) is not None:
        left = "" if progress.eta_seconds is None else f", about {max(1, round(progress.eta_seconds))} s left"
        failed = f", {progress.items_failed} failed" if progress.items_failed else ""
        return f"{progress.phase} {progress.items_done}/{progress.items_total}{failed}{left}"
    return "waiting"
