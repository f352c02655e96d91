"""Furniture rendered into a room's proxy on the processor: a scene as data, and the child process that renders it."""
