"""Doors for SMS: the log in the demonstration and in tests, none where no provider was configured."""

import structlog

from marketplace.kernel.identity import mask_phone
from marketplace.messages.values import DoorClosed

log = structlog.get_logger()


class LogSmsDoor:
    """Prints each message to the structured log, for the demonstration alone: whoever reads the log can sign in as anybody."""

    is_open = True

    def send(self, *, to: str, text: str, key: str) -> None:
        """Print the message with the number masked."""
        log.info("sms", to=mask_phone(to), text=text, key=key)


class NoSmsDoor:
    """Stands where production has no provider: nothing leaves, and sign-in codes are not offered."""

    is_open = False

    def send(self, *, to: str, text: str, key: str) -> None:  # noqa: ARG002 (a door's signature)
        """Refuse. Raises: DoorClosed."""
        raise DoorClosed("no SMS provider is configured")
