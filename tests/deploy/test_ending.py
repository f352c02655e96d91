"""A loan leaves nothing behind, however it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.lending import CHECKOUT
from deploy.local.process import Identity, PidFile
from deploy.local.servers import Servers

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_servers_folder_and_command_are_gone_after_a_signal_to_their_owner(number: signal.Signals) -> None:
    command = ["sh", "-c", "echo $$; echo $VLS_TEST_SERVERS; exec sleep 600"]
    owner = subprocess.Popen(
        [sys.executable, "-m", "deploy.local", "run", "--", *command], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        _check_ending(owner, number)
    finally:
        owner.kill()


def _check_ending(owner: "subprocess.Popen[str]", number: signal.Signals) -> None:
    assert owner.stdout is not None
    sleeper = Identity.of(int(owner.stdout.readline()))
    root = Path(owner.stdout.readline().strip())
    started = [server.running() for server in Servers.attach(root).all]
    assert None not in started
    leash = PidFile(root / "leash.pid").running()
    assert leash is not None

    owner.send_signal(number)
    owner.wait(120)
    owner.stdout.close()

    # After a kill the leash is what cleans up, so it is the last to go.
    assert leash.wait(120)
    assert not sleeper.alive()
    assert not any(identity.alive() for identity in started if identity)
    assert not root.exists()
