"""Resident memory of process trees, in one look at the process table."""

from collections.abc import Iterable

import psutil


def resident_bytes(roots: Iterable[int]) -> dict[int, int]:
    """Resident bytes of each root process with all its descendants; a root that has ended has 0.

    Pages that processes of a tree share are counted once for each of them.
    """
    parents: dict[int, int] = {}
    processes: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            parents[process.pid] = process.ppid()
        except psutil.NoSuchProcess:
            continue
        processes[process.pid] = process
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    return {root: sum(_resident(processes[pid]) for pid in _tree(root, children) if pid in processes) for root in roots}


def _tree(root: int, children: dict[int, list[int]]) -> list[int]:
    tree = [root]
    for pid in tree:
        tree.extend(children.get(pid, ()))
    return tree


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # ended since it was listed, or not one of ours
