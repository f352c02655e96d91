"""Cancels: from the backend's topic onto the outcomes partition of their job, where the joiner decides."""

from collections.abc import Sequence

from processors.engine.failing import dead_letter, index_dead_letter
from processors.engine.services import Arrival, Handled, Services
from processors.engine.wire import Origin, derived_id, header, live_run_id
from schemas.artifacts import ErrorInfo
from schemas.codec_errors import BadMessageError
from schemas.jobs import Cancel, OutcomeKind, OutcomeRecord


class CancelForwarder:
    """Handles the records of the cancels topic."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def handle(self, arrivals: Sequence[Arrival]) -> list[Handled]:
        """Turn each cancel of this stage into a record for the joiner. Raises DependencyDownError."""
        return [self._forward(arrival) for arrival in arrivals]

    def handle_poison(self, arrival: Arrival, error: Exception) -> Handled:
        """Park a cancel whose handling fails."""
        message = f"Forwarding the cancel failed: {type(error).__name__}: {error}"
        return self._park(arrival, ErrorInfo(code="internal_error", message=message))

    def _forward(self, arrival: Arrival) -> Handled:
        services = self._services
        try:
            cancel = services.codec.decode(arrival.record.topic, arrival.record.value)
        except BadMessageError as error:
            return self._park(arrival, ErrorInfo(code=error.code, message=error.message))
        if not isinstance(cancel, Cancel) or cancel.stage is not services.stage.name:
            return Handled(arrival)
        run_id = live_run_id(services.stage.name, cancel.job_id)
        note = OutcomeRecord(job_id=cancel.job_id, run_id=run_id, kind=OutcomeKind.CANCEL, reason=cancel.reason)
        origin = Origin(cancel.job_id, run_id, traceparent=header(arrival.record, "traceparent"))
        event_id = derived_id("cancel", arrival.owner)
        message = services.outbox.message(
            services.topics.outcomes, cancel.job_id, note, event_id, origin, services.now_ms()
        )
        return Handled(arrival, (message,))

    def _park(self, arrival: Arrival, error: ErrorInfo) -> Handled:
        letter, parked = dead_letter(self._services, arrival, error)
        with self._services.ledger.transaction() as connection:
            index_dead_letter(connection, letter, self._services.now_ms())
        return Handled(arrival, (parked,))
