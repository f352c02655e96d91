"""Dead letters: a record that cannot be processed is kept whole, and its job still ends."""

from sqlalchemy import Connection

from processors.engine.broker import Message
from processors.engine.ledger import insert_once, tables
from processors.engine.services import Arrival, Services
from processors.engine.wire import JOB_ID_HEADER, RUN_ID_HEADER, TASK_ID_HEADER, Origin, derived_id, header
from schemas.artifacts import ErrorInfo
from schemas.jobs import DeadLetter


def dead_letter(services: Services, arrival: Arrival, error: ErrorInfo) -> tuple[DeadLetter, Message]:
    """The dead letter of a record, and the message that parks it. Ids come from the headers: the value may be junk."""
    record = arrival.record
    event_id = derived_id("dead-letter", arrival.owner)
    letter = DeadLetter(
        event_id=event_id,
        stage=services.stage.name,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=dict(record.headers),
        error=error,
        job_id=header(record, JOB_ID_HEADER),
        run_id=header(record, RUN_ID_HEADER),
        task_id=header(record, TASK_ID_HEADER),
    )
    origin = Origin(letter.job_id or "", letter.run_id, letter.task_id, header(record, "traceparent"))
    key = letter.job_id or event_id
    message = services.outbox.message(services.topics.dead_letters, key, letter, event_id, origin, services.now_ms())
    return letter, message


def index_dead_letter(connection: Connection, letter: DeadLetter, now_ms: int) -> None:
    """Put a dead letter into the ledger's index, once."""
    insert_once(
        connection,
        tables.dead_letters,
        [
            {
                "event_id": letter.event_id,
                "stage": str(letter.stage),
                "topic": letter.topic,
                "partition": letter.partition,
                "offset": letter.offset,
                "job_id": _storable(letter.job_id, 64),
                "run_id": _storable(letter.run_id, 64),
                "task_id": _storable(letter.task_id, 256),
                "code": letter.error.code,
                "message": _storable(letter.error.message, 4_000),
                "parked_ms": now_ms,
                "record": letter.model_dump_json().encode(),
            }
        ],
    )


def _storable(text: str | None, length: int) -> str | None:
    """Text that every database takes: hostile headers may hold NUL or be of any length."""
    return None if text is None else text.replace("\x00", "\ufffd")[:length]
