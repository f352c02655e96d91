"""An S3 server: rclone serving a folder, one bucket a subfolder."""

import os

from deploy.local import programs
from deploy.local.layout import BUCKET, Layout
from deploy.local.ports import LOOPBACK, is_free
from deploy.local.server import Command, NotReadyError, Server


class S3(Server):
    """The one object store."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout, "s3")

    def prepare(self) -> None:
        """Make the folder and the service's bucket."""
        (self.folder / BUCKET).mkdir(parents=True, exist_ok=True)

    def command(self) -> Command:
        """Rclone, blind to the configuration of the person who runs it."""
        argv = [str(programs.rclone()), "serve", "s3", str(self.folder), "--config", ""]
        argv += ["--addr", f"{LOOPBACK}:{self.layout.s3_port}"]
        # A list as CSV, whose one element holds the comma between key and secret.
        keys = f'"{self.layout.s3_key},{self.layout.s3_secret}"'
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RCLONE_")}
        # By the environment: a command line can be read by everybody on the machine.
        return Command(argv, environment=environment | {"RCLONE_AUTH_KEY": keys})

    def ask(self) -> None:
        """List the service's bucket."""
        if is_free(self.layout.s3_port):
            raise NotReadyError("it does not listen yet")
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        client = boto3.client(
            "s3",
            endpoint_url=self.layout.s3_endpoint,
            aws_access_key_id=self.layout.s3_key,
            aws_secret_access_key=self.layout.s3_secret,
            region_name="us-east-1",
            config=Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 0}, proxies={}),
        )
        try:
            client.list_objects_v2(Bucket=BUCKET, MaxKeys=1)
        except (BotoCoreError, ClientError) as error:
            raise NotReadyError(str(error)) from error
