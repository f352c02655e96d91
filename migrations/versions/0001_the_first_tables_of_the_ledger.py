"""The first tables of the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "artifact_refs",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "sha256", name=op.f("pk_artifact_refs")),
    )
    with op.batch_alter_table("artifact_refs", schema=None) as batch_op:
        batch_op.create_index("ix_artifact_refs_sha256", ["sha256"], unique=False)

    op.create_table(
        "cache_entries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("artifacts", sa.Text(), nullable=False),
        sa.Column("cpu_seconds", sa.Float(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cache_entries")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=256), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=True),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.Column("task_id", sa.String(length=256), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("parked_ms", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "decisions",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=400), nullable=False),
        sa.Column("messages", sa.LargeBinary(), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_run_id", ["run_id"], unique=False)

    op.create_table(
        "inputs",
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "job_id", "uri", name=op.f("pk_inputs")),
    )
    op.create_table(
        "jobs",
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "job_id", name=op.f("pk_jobs")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("listing_id", sa.String(length=256), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("command_json", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.String(length=64), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("phase_index", sa.Integer(), nullable=False),
        sa.Column("accepted_ms", sa.BigInteger(), nullable=False),
        sa.Column("deadline_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("completion", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_job_id", ["job_id"], unique=False)
        batch_op.create_index("ix_runs_open", ["stage", "ended_ms"], unique=False)

    op.create_table(
        "starts",
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=256), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_starts")),
    )
    with op.batch_alter_table("starts", schema=None) as batch_op:
        batch_op.create_index("ix_starts_run_id", ["run_id", "task_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=256), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("phase_index", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("posted_ms", sa.BigInteger(), nullable=True),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_tasks_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "task_id", name=op.f("pk_tasks")),
    )


def downgrade() -> None:
    """Backwards."""
    op.drop_table("tasks")
    with op.batch_alter_table("starts", schema=None) as batch_op:
        batch_op.drop_index("ix_starts_run_id")

    op.drop_table("starts")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_open")
        batch_op.drop_index("ix_runs_job_id")

    op.drop_table("runs")
    op.drop_table("jobs")
    op.drop_table("inputs")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_run_id")

    op.drop_table("decisions")
    op.drop_table("dead_letters")
    op.drop_table("cache_entries")
    with op.batch_alter_table("artifact_refs", schema=None) as batch_op:
        batch_op.drop_index("ix_artifact_refs_sha256")

    op.drop_table("artifact_refs")
