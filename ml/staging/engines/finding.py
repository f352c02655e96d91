"""Engines by name, from the entry points of whatever is installed."""

from importlib.metadata import entry_points

from ml.staging.engines.interface import Engine
from ml.staging.errors import EngineMissingError

GROUP = "vls_media.staging_engines"
"""The group of entry points; each names a class that makes an `Engine`."""


def engine_names() -> tuple[str, ...]:
    """The engines that are installed, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def engine_named(name: str) -> Engine:
    """The engine of this name. Raises EngineMissingError, which says which there are."""
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        there = ", ".join(engine_names()) or "none: run `make setup`"
        raise EngineMissingError(f"There is no engine {name!r}; there are: {there}.")
    try:
        make = found[0].load()
    except ImportError as error:
        raise EngineMissingError(f"The engine {name!r} cannot be loaded: {error}.") from error
    engine: Engine = make()
    return engine
