"""The base of every plugin class and of every plugin's configuration."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, get_args

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeVar

from .http import Client, Http

API = 1
"""Version of this API. A plugin class names the version it was written for; the hub loads only equal ones."""


class Config(BaseModel):
    """Base of a plugin's configuration.

    Every field needs a description, which the operator sees; `SecretStr` is how a secret is declared.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


C = TypeVar("C", bound=Config, default=Any)


class Plugin(ABC, Generic[C]):
    """What sources, PAC providers and notifiers share.

    A plugin object is made for each configured instance. It keeps no state between calls, is called
    from several threads, never retries and never sleeps: the hub does all of that.
    """

    name: ClassVar[str]
    """What the configuration says in `use:`; lower case, stable for ever."""
    api: ClassVar[int] = API
    config_type: ClassVar[type[Config]] = Config
    waivers: ClassVar[Mapping[str, str]] = {}
    """Checks of the conformance kit that cannot be met, each with a written reason; `hub plugins list` shows them."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Learn the configuration class from `Source[AcmeConfig]`."""
        super().__init_subclass__(**kwargs)
        for base in cls.__dict__.get("__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Config):
                    cls.config_type = argument

    def __init__(self, config: C) -> None:
        self.config = config

    def client(self) -> Client:
        """How to reach the remote side."""
        return Client()

    @abstractmethod
    def check(self, http: Http) -> str:
        """Prove the configuration with one harmless call; answer what the operator should read.

        Raises:
            ConfigError: a person must change something.
            TransientError: the remote side does not answer now.
        """
