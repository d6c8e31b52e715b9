"""The contract of a notifier: one message out, at least once, with an identity that never changes."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import TypeVar

from .base import Config, Plugin
from .http import Http

C = TypeVar("C", bound=Config)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell whom. `message_id` is the same for every attempt, so that a repeat is seen to be one."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    sender_name: str = ""


class Notifier(Plugin[C]):
    """A channel to people. Subclass it as `class Acme(Notifier[AcmeConfig])`."""

    @abstractmethod
    def send(self, http: Http, message: Message) -> None:
        """Hand the message over once.

        Raises:
            ConfigError: credentials or address of the service are wrong.
            TransientError: try again later; a repeat carries the same `message_id`.
            DataError: this recipient or message will never be taken.
        """
