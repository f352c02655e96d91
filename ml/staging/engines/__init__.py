"""Engines that put furniture into a photo: one interface, found by entry point, behind the same gate."""

from ml.staging.engines.finding import GROUP, engine_named, engine_names
from ml.staging.engines.interface import Answer, Bounds, Engine, Removal, Work

__all__ = ["GROUP", "Answer", "Bounds", "Engine", "Removal", "Work", "engine_named", "engine_names"]
