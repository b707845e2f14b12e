"""What can go wrong for the person who asks. The sentences for it stand in `data/texts.yml`."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """Names of all errors, as they stand in an error body."""

    malformed = "malformed"
    token_missing = "token_missing"  # noqa: S105
    token_invalid = "token_invalid"  # noqa: S105
    token_expired = "token_expired"  # noqa: S105
    token_of_another = "token_of_another"  # noqa: S105
    signature_invalid = "signature_invalid"
    signature_missing = "signature_missing"
    not_found = "not_found"
    conversation_not_found = "conversation_not_found"
    message_not_found = "message_not_found"
    method_not_allowed = "method_not_allowed"
    turn_running = "turn_running"
    body_too_large = "body_too_large"
    text_empty = "text_empty"
    text_too_long = "text_too_long"
    choice_unknown = "choice_unknown"
    key_reused = "key_reused"
    fact_invalid = "fact_invalid"
    year_unknown = "year_unknown"
    too_many = "too_many"
    conversation_long = "conversation_long"
    host_unknown = "host_unknown"
    internal = "internal"
    answer_unusable = "answer_unusable"
    answer_late = "answer_late"
    rasa_away = "rasa_away"
    busy = "busy"
    store_full = "store_full"
    store_away = "store_away"
    not_ready = "not_ready"
    staff_login = "staff_login"
    staff_idle = "staff_idle"
    staff_csrf = "staff_csrf"
    staff_role = "staff_role"
    case_of_another = "case_of_another"
    case_not_found = "case_not_found"
    case_changed = "case_changed"
    case_confirmed = "case_confirmed"
    step_unknown = "step_unknown"
    code_unknown = "code_unknown"


STATUS: dict[Code, int] = {
    Code.malformed: 400,
    Code.host_unknown: 400,
    Code.signature_invalid: 400,
    Code.signature_missing: 401,
    Code.token_missing: 401,
    Code.token_invalid: 401,
    Code.token_expired: 401,
    Code.token_of_another: 403,
    Code.not_found: 404,
    Code.conversation_not_found: 404,
    Code.message_not_found: 404,
    Code.method_not_allowed: 405,
    Code.turn_running: 409,
    Code.body_too_large: 413,
    Code.text_empty: 422,
    Code.text_too_long: 422,
    Code.choice_unknown: 422,
    Code.key_reused: 422,
    Code.conversation_long: 422,
    Code.fact_invalid: 422,
    Code.year_unknown: 422,
    Code.too_many: 429,
    Code.internal: 500,
    Code.answer_unusable: 502,
    Code.answer_late: 503,
    Code.rasa_away: 503,
    Code.busy: 503,
    Code.store_full: 503,
    Code.store_away: 503,
    Code.not_ready: 503,
    Code.staff_login: 401,
    Code.staff_idle: 401,
    Code.staff_csrf: 403,
    Code.staff_role: 403,
    Code.case_of_another: 403,
    Code.case_not_found: 404,
    Code.case_changed: 409,
    Code.case_confirmed: 409,
    Code.step_unknown: 422,
    Code.code_unknown: 404,
}


class ChannelError(Exception):
    """Something the person is told about.

    Attributes:
        code: Which sentence to say, and the HTTP status.
        values: What the sentence names.
        retry_after: Seconds to wait before trying again, where that is known.
    """

    def __init__(self, code: Code, *, retry_after: int | None = None, **values: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.values = values
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of the error."""
        return STATUS[self.code]
