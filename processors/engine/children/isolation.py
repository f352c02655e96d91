"""What a child does to itself before any stage code runs: die with its worker, keep its own alive no longer, limits."""

import ctypes
import os
import resource
import signal
import sys

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def tie_to_worker(worker_pid: int) -> None:
    """Die when the worker's thread that started this process does, and adopt what our own children leave behind.

    Ends the process at once when the worker died before the tie was made. What this process starts is not tied: its
    group is killed by the pool, or by the guardian when the worker is gone.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != worker_pid:
        os._exit(1)


def limit(memory_bytes: int) -> None:
    """Refuse allocations beyond `memory_bytes` of private data (MemoryError), here and in each process started."""
    _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
    if ceiling != resource.RLIM_INFINITY:
        memory_bytes = min(memory_bytes, ceiling)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cpu_seconds() -> float:
    """CPU time used so far by this process and by those of its children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def has_children() -> bool:
    """Whether any child of this process is alive or unreaped. One system call."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def descendants() -> frozenset[int]:
    """Process ids of everything started below this process."""
    return frozenset(process.pid for process in psutil.Process().children(recursive=True))


def end_leftovers(keep: frozenset[int]) -> None:
    """Kill and reap every descendant but `keep`: an ffmpeg that an abandoned item left running, for example."""
    if not has_children():
        return
    left = [process for process in psutil.Process().children(recursive=True) if process.pid not in keep]
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue  # it ended by itself since it was listed
    psutil.wait_procs(left, timeout=2.0)
