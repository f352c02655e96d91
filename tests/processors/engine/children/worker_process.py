"""A worker to be killed: two lanes, one with a grandchild running, one idle. Prints the process ids as JSON."""

import json
import sys
import time
from pathlib import Path

from processors.engine.children import ChildLimits
from processors.engine.children.pool import ChildPool
from processors.engine.work import WorkItem


def main(folder: Path) -> None:
    """Run until killed."""
    pool = ChildPool("tests.processors.engine.children.toy_stage:run", 2, ChildLimits(memory_bytes=2**30), folder)
    while not pool.ready():
        pool.wait(0.1)
        pool.poll()
    started = folder / "started"
    params = {"started": str(started), "deaf": "deaf" in sys.argv}
    pool.submit([WorkItem("a", "grandchild", params, {}, folder)], 1000)
    while not started.exists():
        time.sleep(0.01)
    _, grandchild = json.loads(started.read_text())
    facts = {"children": pool.pids(), "grandchild": grandchild, "guardian": pool._guardian.pid}
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    while True:
        pool.wait(0.1)
        pool.poll()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
