"""What goes to stdout, what to stderr, and a bar for long work on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


def stdout() -> Console:
    """For results. Made at each call, because tests and pipes exchange the stream."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True)


def stderr() -> Console:
    """For everything else."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text that any terminal takes: file names may hold bytes that are no UTF-8, and control characters."""
    readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "�" for character in readable)


def complain(text: str, style: str = "bold red") -> None:
    """One sentence on stderr."""
    stderr().print(printable(text), style=style, markup=False)


def fail(text: str, status: int = 1) -> NoReturn:
    """Say what is wrong and end the command."""
    complain(f"error: {text}")
    raise typer.Exit(status)


@contextmanager
def bar(title: str) -> Iterator[Callable[[float], None]]:
    """A function that takes the fraction done, 0 to 1, from any thread; shown only on a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield lambda _done: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(printable(title), total=1.0)
        yield lambda done: bars.update(task, completed=done)
