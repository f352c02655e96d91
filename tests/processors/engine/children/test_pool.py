import os
import signal
import threading
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from processors.engine.children import ChildDied, Finished, PoolBrokenError, Ticked, WorkPool
from processors.engine.work import FailureKind, OutputFile, WorkDone, WorkFailed, WorkItem
from tests.processors.engine.children.conftest import TOY, Harness, MakePool, gone, pids_in, until


def failed(end: Finished | ChildDied) -> WorkFailed:
    assert isinstance(end, Finished)
    assert isinstance(end.result, WorkFailed)
    return end.result


def test_an_item_arrives_whole_and_its_result_comes_back(pool: Harness, tmp_path: Path) -> None:
    name = "Küche \udcff 50%.jpg"
    item = WorkItem(
        "r1", "echo", {"a": [1, 2.5, None, "ü"]}, {"photo": tmp_path / name}, tmp_path, {"m": "d"}, "photo-1"
    )
    done = pool.result(item)
    assert done.result["params"] == {"a": [1, 2.5, None, "ü"]}
    assert done.result["inputs"] == {"photo": str(tmp_path / name)}
    assert done.result["versions"] == {"m": "d"}
    assert done.result["item"] == "photo-1"
    assert done.result["out_dir"] == str(tmp_path)


def test_the_pool_fulfils_the_protocol(make_pool: MakePool) -> None:
    pool: WorkPool = make_pool().pool
    assert not pool.ready() or pool.free_lanes() == 1


def test_a_child_is_warm_before_it_gets_work_and_stays(pool: Harness) -> None:
    first, second = pool.result(pool.item("a")), pool.result(pool.item("b"))
    assert first.result["warm"] == [first.result["pid"]]
    assert second.result["pid"] == first.result["pid"]


def test_lanes_work_side_by_side_and_free_lanes_counts_them(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(lanes=2)
    pool.warm()
    assert pool.pool.free_lanes() == 2
    pool.pool.submit([pool.item("a", "sleep", started=str(tmp_path / "a"))], 60)
    assert pool.pool.free_lanes() == 1
    pool.pool.submit([pool.item("b", "sleep", started=str(tmp_path / "b"))], 60)
    assert pool.pool.free_lanes() == 0
    assert until(lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())


def test_a_batch_without_a_free_lane_is_refused(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool()
    with pytest.raises(ValueError, match="no lane"):
        pool.pool.submit([pool.item("early")], 60)
    pool.warm()
    pool.pool.submit([pool.item("a", "sleep", started=str(tmp_path / "a"))], 60)
    with pytest.raises(ValueError, match="no lane"):
        pool.pool.submit([pool.item("b")], 60)


def test_a_ref_that_is_out_already_is_refused(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(lanes=2)
    pool.warm()
    pool.pool.submit([pool.item("a", "sleep", started=str(tmp_path / "a"))], 60)
    with pytest.raises(ValueError, match="not out"):
        pool.pool.submit([pool.item("a")], 60)
    with pytest.raises(ValueError, match="not out"):
        pool.pool.submit([pool.item("b"), pool.item("b")], 60)
    with pytest.raises(ValueError, match="needs items"):
        pool.pool.submit([], 60)


def test_parameters_that_are_not_json_are_refused_and_the_lane_stays_free(pool: Harness, tmp_path: Path) -> None:
    pool.warm()
    for value in (b"bytes", float("nan"), {1, 2}):
        with pytest.raises(ValueError, match="JSON"):
            pool.pool.submit([pool.item("a", "echo", value=value)], 60)
    assert isinstance(pool.result(pool.item("a")), WorkDone)


def test_results_come_in_the_items_order(pool: Harness) -> None:
    ends = pool.run([pool.item(f"r{n}", "echo", n=n) for n in range(16)])
    numbers = []
    for end in ends:
        assert isinstance(end, Finished)
        assert isinstance(end.result, WorkDone)
        numbers.append(end.result.result["params"]["n"])
    assert numbers == list(range(16))


def test_messages_larger_than_any_socket_buffer_pass(pool: Harness) -> None:
    size = 20_000_000
    done = pool.result(pool.item("big", "big", bytes=size, text="y" * size))
    assert len(done.result["text"]) == size
    assert done.result["got"] == size


def test_output_files_are_named_with_what_is_known_of_them(pool: Harness) -> None:
    item = pool.item("f", "file")
    done = pool.result(item)
    expected = OutputFile(item.out_dir / "clip.mp4", "clip", "video/mp4", "Kitchen.mp4", 1920, 1080, 90)
    assert done.files == (expected,)


@pytest.mark.parametrize("where", ["outside", "missing", "folder"])
def test_an_output_file_that_is_none_is_a_fault_of_the_stage(pool: Harness, tmp_path: Path, where: str) -> None:
    item = pool.item("f")
    (item.out_dir / "folder").mkdir()
    path = {"outside": tmp_path / "clip.mp4", "missing": item.out_dir / "none", "folder": item.out_dir / "folder"}
    (end,) = pool.run([pool.item("f", "file", path=str(path[where]), write=where == "outside")])
    assert failed(end).code == "internal_error"
    assert "not a file below" in failed(end).message


def test_ticks_arrive_before_the_end_and_are_thinned_out(pool: Harness) -> None:
    pool.run([pool.item("t", "tick", fractions=[n / 1000 for n in range(1000)])])
    ticks = [event for event in pool.events if isinstance(event, Ticked)]
    assert 1 <= len(ticks) < 500
    assert [tick.fraction for tick in ticks] == sorted(tick.fraction for tick in ticks)
    assert isinstance(pool.events[-1], Finished)


def test_a_ticks_fraction_is_kept_between_0_and_1(pool: Harness) -> None:
    pool.run([pool.item("t", "tick", fractions=[-3, 1e9, 2], pause=0.15)])
    assert {event.fraction for event in pool.events if isinstance(event, Ticked)} == {0.0, 1.0}


def test_cpu_seconds_are_measured_and_shared_out_evenly(pool: Harness) -> None:
    ends = pool.run([pool.item("a", "busy", seconds=0.2), pool.item("b"), pool.item("c"), pool.item("d")])
    shares = {end.result.cpu_seconds for end in ends if isinstance(end, Finished)}
    assert len(shares) == 1
    assert 0.05 <= shares.pop() < 0.2


def test_cpu_seconds_include_those_of_processes_that_the_work_started(pool: Harness) -> None:
    assert pool.result(pool.item("a", "busy_below", seconds=0.2)).cpu_seconds >= 0.2


def test_a_failing_item_also_has_its_cpu_seconds(pool: Harness) -> None:
    (_, end) = pool.run([pool.item("a", "busy", seconds=0.1), pool.item("b", "invalid")])
    assert failed(end).cpu_seconds >= 0.05


def test_a_stage_error_keeps_its_kind_code_and_message(pool: Harness) -> None:
    result = pool.result(pool.item("a", "invalid"))
    expected = (FailureKind.INVALID_INPUT, "image_truncated", "the picture ends early")
    assert (result.kind, result.code, result.message) == expected


def test_a_returned_failure_touches_no_other_item(pool: Harness) -> None:
    first, second = pool.run([pool.item("a", "failed"), pool.item("b")])
    assert failed(first).kind is FailureKind.TRANSIENT
    assert isinstance(second, Finished)
    assert isinstance(second.result, WorkDone)


def test_an_unexpected_exception_is_an_internal_error_that_names_it(
    make_pool: MakePool, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = make_pool()
    result = pool.result(pool.item("a", "bug"))
    assert result.kind is FailureKind.CRASHED
    assert result.code == "internal_error"
    assert result.message == "ZeroDivisionError: a bug\nof two lines"
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "ZeroDivisionError" in line]
    assert '"refs": ["a"]' in line
    assert "Traceback" in line


@pytest.mark.parametrize(
    ("kind", "code"), [("disk_full", "disk_full"), ("native_memory", "out_of_memory"), ("quit", "internal_error")]
)
def test_exceptions_with_a_meaning_get_their_code(pool: Harness, kind: str, code: str) -> None:
    result = pool.result(pool.item("a", kind))
    assert result.code == code
    resource = FailureKind.RESOURCE_EXHAUSTED
    assert result.kind is (FailureKind.CRASHED if code == "internal_error" else resource)


@pytest.mark.parametrize("what", ["nan", "bytes", "path"])
def test_a_result_that_is_not_json_fails_its_item_alone(pool: Harness, what: str) -> None:
    bad, good = pool.run([pool.item("a", "unsendable", what=what), pool.item("b")])
    assert failed(bad).code == "internal_error"
    assert isinstance(good, Finished)
    assert isinstance(good.result, WorkDone)


@pytest.mark.parametrize("function", ["run_too_few", "run_wrong_type"])
def test_results_that_break_the_rules_fail_every_item(make_pool: MakePool, function: str) -> None:
    pool = make_pool(f"{TOY}:{function}")
    for end in pool.run([pool.item("a"), pool.item("b")]):
        assert failed(end).code == "internal_error"


def test_what_a_stage_prints_goes_to_standard_error(make_pool: MakePool, capfd: pytest.CaptureFixture[str]) -> None:
    pool = make_pool()
    pool.result(pool.item("a", "print"))
    captured = capfd.readouterr()
    assert "a line from a library" in captured.err
    assert captured.out == ""


# -- death


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_is_killed_alone_says_so_and_by_which_signal(make_pool: MakePool, number: int) -> None:
    pool = make_pool()
    (end,) = pool.run([pool.item("a", "kill_self", signal=number)])
    assert isinstance(end, ChildDied)
    assert end.alone
    assert signal.Signals(number).name in end.message
    assert end.failure.code == "task_crashed"
    assert end.failure.kind is FailureKind.CRASHED


def test_a_child_that_exits_says_with_which_status(make_pool: MakePool) -> None:
    pool = make_pool()
    (end,) = pool.run([pool.item("a", "exit", status=3)])
    assert isinstance(end, ChildDied)
    assert "status 3" in end.message


def test_the_members_of_a_crashed_batch_were_not_alone(make_pool: MakePool) -> None:
    pool = make_pool()
    first, second = pool.run([pool.item("a", "exit", status=1), pool.item("b")])
    assert first is second
    assert isinstance(first, ChildDied)
    assert first.refs == ("a", "b")
    assert not first.alone


def test_a_replacement_takes_over_at_once(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool()
    item = pool.item("a", "once_bad", flag=str(tmp_path / "flag"))
    (end,) = pool.run([item])
    assert isinstance(end, ChildDied)
    pool.events.clear()
    assert isinstance(pool.result(item), WorkDone)


def test_a_child_that_dies_idle_is_replaced_and_harms_nothing(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.warm()
    (pid,) = pool.pool.pids()
    os.kill(pid, signal.SIGKILL)
    pool.pump_until(lambda: pool.pool.pids() not in ([], [pid]) and pool.pool.ready())
    assert isinstance(pool.result(pool.item("a")), WorkDone)


def test_a_batch_that_a_dead_child_never_read_is_not_to_blame(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.warm()
    (pid,) = pool.pool.pids()
    os.kill(pid, signal.SIGSTOP)
    pool.pool.submit([pool.item("a")], 60)
    os.kill(pid, signal.SIGKILL)
    end = pool.finish("a")["a"]
    assert isinstance(end, ChildDied)
    assert not end.alone


def test_a_batch_sent_to_a_child_that_is_dead_already_is_not_to_blame(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.warm()
    (pid,) = pool.pool.pids()
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: gone(pid))
    pool.pool.submit([pool.item("a")], 60)
    end = pool.finish("a")["a"]
    assert isinstance(end, ChildDied)
    assert not end.alone


def test_an_overrun_deadline_ends_the_child(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool()
    (end,) = pool.run([pool.item("a", "sleep", started=str(tmp_path / "a"))], deadline_s=0.2)
    assert isinstance(end, ChildDied)
    assert end.alone
    assert "overran its deadline of 0.2 s" in end.message
    assert isinstance(pool.result(pool.item("b")), WorkDone)


# -- memory


def test_an_allocation_beyond_the_limit_is_refused_and_the_next_item_gets_a_fresh_child(make_pool: MakePool) -> None:
    pool = make_pool(memory_bytes=256 * 2**20)
    before = pool.result(pool.item("a")).result["pid"]
    result = pool.result(pool.item("b", "allocate", bytes=2**30))
    assert (result.kind, result.code) == (FailureKind.RESOURCE_EXHAUSTED, "out_of_memory")
    assert pool.pool.free_lanes() == 0
    assert pool.result(pool.item("c")).result["pid"] != before


def test_what_one_item_leaked_is_not_taken_from_the_next_for_ever(make_pool: MakePool) -> None:
    pool = make_pool(memory_bytes=128 * 2**20)
    results = [pool.result(pool.item(f"a{n}", "leak", bytes=40 * 2**20)) for n in range(6)]
    assert [type(result) for result in results].count(WorkDone) >= 3
    assert not any(isinstance(two[0], WorkFailed) and isinstance(two[1], WorkFailed) for two in pairwise(results))


def test_processes_that_together_hold_too_much_are_killed(make_pool: MakePool) -> None:
    pool = make_pool(memory_bytes=128 * 2**20, memory_check_s=0.05)
    item = pool.item("a", "grandchild_allocates", bytes=60 * 2**20, processes=3)
    result = pool.result(item)
    assert (result.kind, result.code) == (FailureKind.RESOURCE_EXHAUSTED, "out_of_memory")
    assert "128 MiB" in result.message
    assert isinstance(pool.result(pool.item("b")), WorkDone)


def test_a_child_that_holds_too_much_while_idle_is_replaced(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(memory_bytes=128 * 2**20, memory_check_s=0.05)
    pool.warm()
    pids = pool.pool.pids()
    pool.run([pool.item("a", "map", file=str(tmp_path / "mapped"), bytes=160 * 2**20)])
    pool.pump_until(lambda: pool.pool.ready() and pool.pool.pids() != pids)
    assert isinstance(pool.result(pool.item("b")), WorkDone)


# -- cancelling


def test_a_cancelled_item_ends_as_cancelled_and_its_child_stays_warm(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(kill_grace_s=30)
    pid = pool.result(pool.item("warm")).result["pid"]
    pool.pool.submit([pool.item("a", "sleep", started=str(tmp_path / "a"))], 60)
    assert until((tmp_path / "a").exists)
    pool.pool.cancel(["a", "unknown"])
    assert failed(pool.finish("a")["a"]).kind is FailureKind.CANCELLED
    assert pool.result(pool.item("b")).result["pid"] == pid


def test_a_cancel_that_comes_before_the_child_began_still_works(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(kill_grace_s=30)
    pool.warm()
    for n in range(20):
        pool.pool.submit([pool.item(f"a{n}", "sleep", started=str(tmp_path / "a"))], 60)
        pool.pool.cancel([f"a{n}"])
        assert failed(pool.finish(f"a{n}")[f"a{n}"]).kind is FailureKind.CANCELLED


def test_a_cancel_never_hits_the_next_batch(pool: Harness) -> None:
    pool.warm()
    for n in range(300):
        pool.pool.submit([pool.item(f"a{n}")], 60)
        if n % 3:
            pool.pump()
        pool.pool.cancel([f"a{n}"])
        pool.finish(f"a{n}")
        assert isinstance(pool.result(pool.item(f"b{n}")), WorkDone)


def test_a_cancel_in_the_middle_of_a_message_does_not_tear_it(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(kill_grace_s=30)
    pool.warm()
    (pid,) = pool.pool.pids()
    for n in range(10):
        ref, started = f"{n}" + "x" * 300_000, tmp_path / f"started-{n}"
        item = WorkItem(ref, "flood", {"started": str(started)}, {}, tmp_path)
        pool.pool.submit([item], 60)
        pool.pump_until(started.exists)
        # It has filled the socket, which nobody reads, and waits in the middle of a message.
        assert until(lambda: psutil.Process(pid).status() == psutil.STATUS_SLEEPING)
        pool.pool.cancel([ref])
        assert failed(pool.finish(ref)[ref]).kind is FailureKind.CANCELLED
    assert pool.pool.pids() == [pid]


def test_the_other_members_of_a_cancelled_batch_may_run_again(pool: Harness, tmp_path: Path) -> None:
    pool.warm()
    pool.pool.submit([pool.item(ref, "sleep", started=str(tmp_path / "a")) for ref in "abc"], 60)
    assert until((tmp_path / "a").exists)
    pool.pool.cancel(["b"])
    ends = pool.finish("a", "b", "c")
    assert failed(ends["b"]).kind is FailureKind.CANCELLED
    rest = ends["a"]
    assert isinstance(rest, ChildDied)
    assert rest.refs == ("a", "c")
    assert not rest.alone


def test_a_child_deaf_to_the_cancel_is_killed_with_its_processes(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(kill_grace_s=0.3)
    pool.warm()
    started = tmp_path / "pids"
    pool.pool.submit([pool.item("a", "grandchild", started=str(started), deaf=True)], 60)
    assert until(started.exists)
    pool.pool.cancel(["a"])
    assert failed(pool.finish("a")["a"]).kind is FailureKind.CANCELLED
    assert until(lambda: all(gone(pid) for pid in pids_in(started)))


def test_cancelling_ends_the_processes_that_the_work_started(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(kill_grace_s=30)
    pool.warm()
    started = tmp_path / "pids"
    pool.pool.submit([pool.item("a", "grandchild", started=str(started))], 60)
    assert until(started.exists)
    child, grandchild = pids_in(started)
    pool.pool.cancel(["a"])
    pool.finish("a")
    assert gone(grandchild)
    assert not gone(child)


def test_a_failure_that_the_cancel_led_to_counts_as_cancelled(pool: Harness, tmp_path: Path) -> None:
    pool.warm()
    pool.pool.submit([pool.item("a", "cancel_becomes_failure", started=str(tmp_path / "a"))], 60)
    assert until((tmp_path / "a").exists)
    pool.pool.cancel(["a"])
    assert failed(pool.finish("a")["a"]).kind is FailureKind.CANCELLED


def test_sigterm_from_somebody_else_blames_nobody(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool()
    pool.warm()
    pool.pool.submit([pool.item("a", "sleep", started=str(tmp_path / "a"))], 60)
    assert until((tmp_path / "a").exists)
    os.kill(pool.pool.pids()[0], signal.SIGTERM)
    end = pool.finish("a")["a"]
    assert isinstance(end, ChildDied)
    assert not end.alone


# -- what must not be left behind


def test_processes_that_an_ended_item_left_running_are_ended(pool: Harness, tmp_path: Path) -> None:
    started = tmp_path / "pids"
    assert isinstance(pool.result(pool.item("a", "grandchild", started=str(started), leave=True)), WorkDone)
    child, grandchild = pids_in(started)
    assert gone(grandchild)
    assert not gone(child)


def test_an_orphan_of_a_process_that_the_work_started_is_ended(pool: Harness) -> None:
    assert gone(pool.result(pool.item("a", "orphan")).result["pid"])


def test_closing_ends_everything(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(lanes=2)
    pool.warm()
    started = tmp_path / "pids"
    pool.pool.submit([pool.item("a", "grandchild", started=str(started), deaf=True)], 60)
    assert until(started.exists)
    pids = [*pool.pool.pids(), *pids_in(started), pool.pool._guardian.pid]
    pool.pool.close(0.1)
    assert all(gone(pid) for pid in pids)
    pool.pool.close(0.1)


# -- starting


def test_a_stage_that_cannot_be_imported_breaks_the_pool_with_its_traceback(make_pool: MakePool) -> None:
    pool = make_pool("tests.processors.engine.children.broken_stage:run", lanes=2, max_failed_starts=2)
    with pytest.raises(PoolBrokenError, match=r"(?s)2 times in a row.*Traceback.*models/scene.onnx is missing"):
        pool.pump_until(lambda: False)
    with pytest.raises(PoolBrokenError):
        pool.pool.ready()


@pytest.mark.parametrize("run", ["no.such.module:run", f"{TOY}:no_such_function", "nonsense"])
def test_a_name_that_names_nothing_breaks_the_pool(make_pool: MakePool, run: str) -> None:
    pool = make_pool(run, max_failed_starts=1)
    with pytest.raises(PoolBrokenError, match="Error"):
        pool.pump_until(lambda: False)


def test_a_stage_that_dies_while_it_starts_breaks_the_pool(make_pool: MakePool) -> None:
    pool = make_pool("tests.processors.engine.children.suicidal_stage:run", max_failed_starts=2)
    with pytest.raises(PoolBrokenError, match="SIGKILL"):
        pool.pump_until(lambda: False)


def test_a_stage_that_never_gets_ready_breaks_the_pool(make_pool: MakePool) -> None:
    pool = make_pool("tests.processors.engine.children.hanging_stage:run", max_failed_starts=1, start_timeout_s=1.0)
    with pytest.raises(PoolBrokenError, match="not ready within 1 s"):
        pool.pump_until(lambda: False)


def test_a_folder_that_is_gone_breaks_the_pool(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(max_failed_starts=2)
    pool.warm()
    tmp_path.rename(tmp_path.with_name("moved"))
    os.kill(pool.pool.pids()[0], signal.SIGKILL)
    with pytest.raises(PoolBrokenError, match="could not be started"):
        pool.pump_until(lambda: False)


def test_wakeup_ends_a_wait_from_another_thread(make_pool: MakePool) -> None:
    pool = make_pool(memory_check_s=1000.0)
    pool.warm()
    woken = threading.Event()

    def sleep() -> None:
        pool.pool.wait(1000.0)
        woken.set()

    thread = threading.Thread(target=sleep, daemon=True)
    thread.start()
    pool.pool.wakeup()
    assert woken.wait(30)
    thread.join()
