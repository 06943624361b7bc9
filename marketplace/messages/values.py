"""Kinds and states of messages, and the door through which an SMS leaves."""

from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """How a message travels."""

    SMS = "sms"
    MAIL = "mail"


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class DoorClosed(Exception):
    """The provider did not take the message; it may later."""


class SmsDoor(Protocol):
    """The way out for an SMS."""

    @property
    def is_open(self) -> bool:
        """Whether messages can leave at all; where none can, codes are not offered."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand over one message; `key` lets a provider recognise a repeat. Raises: DoorClosed."""
