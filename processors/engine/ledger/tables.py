"""The tables of the operational ledger. Nothing about users or listings beyond their ids."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row a job: the row that accepting, cancelling and replaying lock, so that they meet one after the other.
jobs = Table(
    "jobs",
    metadata,
    Column("stage", String(32), primary_key=True),
    Column("job_id", String(64), primary_key=True),
    Column("cancel_reason", Text, nullable=True),  # a cancel that came before the command
    Column("created_ms", BigInteger, nullable=False),
)

# One row an execution of a job. `ended_ms` null means open; the joiner is the only one that closes it.
runs = Table(
    "runs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("job_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("listing_id", String(256), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("command", LargeBinary, nullable=False),  # the value as it came on the wire: replays send it again
    Column("command_json", Text, nullable=False),  # the same, validated, for the joiner's pure functions
    Column("traceparent", String(64), nullable=False),
    Column("shares", Text, nullable=False),  # phase name -> share of the whole, JSON
    Column("phase", String(64), nullable=False),
    Column("phase_index", Integer, nullable=False),
    Column("accepted_ms", BigInteger, nullable=False),
    Column("deadline_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=True),
    Column("status", String(16), nullable=True),
    Column("completion", LargeBinary, nullable=True),  # messages that end the run, for duplicates of its command
    Index("ix_runs_job_id", "job_id"),
    Index("ix_runs_open", "stage", "ended_ms"),
)

# The plan of a run, a row a task. `joined` and `outcome` are written by the joiner alone, from records it has consumed.
tasks = Table(
    "tasks",
    metadata,
    Column("run_id", String(64), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("task_id", String(256), primary_key=True),
    Column("phase", String(64), nullable=False),
    Column("phase_index", Integer, nullable=False),
    Column("seq", Integer, nullable=False),  # order of release within the phase
    Column("record", LargeBinary, nullable=False),  # the first attempt's message, as published
    Column("released", Boolean, nullable=False),
    Column("posted_ms", BigInteger, nullable=True),  # when its record was last put on a topic
    Column("joined", Boolean, nullable=False),
    Column("outcome", Text, nullable=True),  # TaskOutcome as JSON, from the joined record
)

# What was decided once, with its full content and the record that owns it. Inserted, never changed.
decisions = Table(
    "decisions",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("owner", String(400), nullable=False),  # topic incarnation / partition / offset of the owning record
    Column("messages", LargeBinary, nullable=False),  # what the owner publishes together with its offset
    Column("decided_ms", BigInteger, nullable=False),
    Index("ix_decisions_run_id", "run_id"),
)

# A row while a task runs. One that stays without its worker says that the worker died with it.
starts = Table(
    "starts",
    metadata,
    Column("token", String(100), primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("task_id", String(256), nullable=False),
    Column("worker", String(200), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Index("ix_starts_run_id", "run_id", "task_id"),
)

# What each input of a job was when it was first seen: replays read that copy.
inputs = Table(
    "inputs",
    metadata,
    Column("stage", String(32), primary_key=True),
    Column("job_id", String(64), primary_key=True),
    Column("uri", String(2048), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

# Results by content of what went in. Inserted once; the loser of a race adopts what is stored.
cache_entries = Table(
    "cache_entries",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("result", Text, nullable=False),
    Column("artifacts", Text, nullable=False),
    Column("cpu_seconds", Float, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

# Which run uses which artifact, so that retention can tell what nobody uses any more.
artifact_refs = Table(
    "artifact_refs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Index("ix_artifact_refs_sha256", "sha256"),
)

# An index of what was parked on the dead-letter topic.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("event_id", String(64), primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("topic", String(256), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("job_id", String(64), nullable=True),
    Column("run_id", String(64), nullable=True),
    Column("task_id", String(256), nullable=True),
    Column("code", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("parked_ms", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),  # the DeadLetter's JSON
)
