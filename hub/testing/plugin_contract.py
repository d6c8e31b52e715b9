"""What every plugin promises. The other contracts build on this one."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import BaseModel, SecretBytes, SecretStr

from hub.plugin import Config, ContractError, Http, Plugin
from hub.registry.admission import KINDS, admit

from .anatomy import forbidden_imports, libraries_at_import
from .expect import fail, outcome
from .secrets import Watch, is_secret_type, secrets_of, sounds_secret, watching
from .wire import Wire, always, echo, failing

SHORTEST_SECRET = 8
"""Shorter ones are found in any text by chance, so they prove nothing."""


def checks_of(contract: type) -> list[str]:
    """Names of the checks of a contract, as `waivers` wants them."""
    return sorted(name.removeprefix("test_") for name in dir(contract) if name.startswith("test_"))


class PluginContract:
    """Subclass one of the contracts as `class TestAcme(SourceContract)`; pytest collects the checks.

    Attributes:
        plugin: the class under test.
        config: a configuration with made-up secrets of at least 8 characters, such as `canary-5ecret-value`.
            A `cached_property` serves where each check needs its own, such as a fresh folder.
        waivers: checks that cannot be met, each with a written reason. Better on the plugin class, where
            `hub plugins list` shows them; here for what concerns the test alone.
    """

    plugin: type[Plugin[Any]]
    config: Config
    waivers: ClassVar[Mapping[str, str]] = {}

    # ---- what the author writes

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Play the remote side, well and with good credentials."""
        raise NotImplementedError(f"write answer(self, request) in {type(self).__name__}: play the remote side")

    # ---- what the checks use

    def make(self) -> Plugin[Any]:
        """A new plugin object, as for each configured instance."""
        return self.plugin(self.config)

    def http(self, wire: Wire | None = None) -> Http:
        """The Http that the plugin asked for, with our wire in place of the network."""
        wired = httpx.MockTransport(wire or self.remote)
        return Http.of(dataclasses.replace(self.make().client(), transport=wired, per_second=None))

    def remote(self, request: httpx.Request) -> httpx.Response:
        """The remote side: the plugin's own transport if it brings one, else `answer`."""
        own = self.make().client().transport
        return own.handle_request(request) if own else self.answer(request)

    def checked(self, wire: Wire | None = None) -> str:
        """What `check` says over that wire."""
        return self.make().check(self.http(wire))

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Everything that this plugin does, by name, for the checks that look at all of it."""
        yield "check", lambda http: self.make().check(http)

    @pytest.fixture(autouse=True)
    def _waived(self, request: pytest.FixtureRequest) -> None:
        reason = self.all_waivers().get(request.function.__name__.removeprefix("test_"))
        if reason and reason.strip() and request.function.__name__ != "test_waivers_are_explained":
            pytest.skip(f"waived: {reason}")

    def all_waivers(self) -> dict[str, str]:
        """The waivers of the plugin and of this contract."""
        return {**self.plugin.waivers, **self.waivers}

    # ---- the checks

    def test_the_hub_accepts_the_class(self) -> None:
        for hook, (_, base) in KINDS.items():
            if issubclass(self.plugin, base):
                try:
                    admit(hook, self.plugin)
                except ContractError as error:
                    raise AssertionError(f"the hub would refuse this plugin: {error}. {error.hint}") from error

    def test_imports_only_the_public_api(self) -> None:
        wrong = forbidden_imports(self.plugin.__module__)
        assert not wrong, (
            f"{'; '.join(wrong)}; import from hub.plugin only: all the rest of the hub may change with any release"
        )

    def test_its_libraries_are_loaded_when_used(self) -> None:
        libraries = libraries_at_import(self.plugin.__module__)
        assert not libraries, (
            f"importing {self.plugin.__module__} loads {', '.join(libraries)}; import it inside the function "
            "that uses it: every installed plugin is loaded, also where the configuration uses none of it"
        )

    def test_waivers_are_explained(self) -> None:
        for check, reason in self.all_waivers().items():
            assert check in checks_of(type(self)), f"there is no check called {check}; remove the waiver"
            assert isinstance(reason, str), f"the waiver of {check} needs its reason as text"
            assert reason.strip(), f"the waiver of {check} needs a written reason: operators read it"

    def test_config_explains_every_field(self) -> None:
        for model in _models(type(self.config)):
            for name, field in model.model_fields.items():
                assert field.description, (
                    f"{model.__name__}.{name} has no description; write Field(description=...), operators read it"
                )

    def test_secrets_are_declared(self) -> None:
        for model in _models(type(self.config)):
            for name, field in model.model_fields.items():
                if is_secret_type(field.annotation):
                    assert not _revealing(field.default), f"{name} has a secret as default; make it required"
                elif sounds_secret(name):
                    fail(f"{model.__name__}.{name} holds a secret by its name; declare it as SecretStr")
        for secret in secrets_of(self.config):
            assert len(secret) >= SHORTEST_SECRET, "give the test's secrets 8 characters or more, to find them in logs"

    def test_check_passes_with_good_credentials(self) -> None:
        said = self.checked()
        assert isinstance(said, str), f"check answered {said!r}; return what the operator should read"
        assert said.strip(), "check answered an empty text; return what the operator should read, as the shop's name"

    def test_no_secret_is_logged_or_shown(self) -> None:
        with watching() as watch:
            watch.show("the configuration", self.config)
            watch.show("the configuration as JSON", self.config.model_dump_json())
            watch.show("the plugin", self.make())
            watch.show("the Client", self.make().client())
            for name, operation in self.operations():
                self._provoke(watch, name, operation)
        place = watch.leak(secrets_of(self.config))
        assert not place, (
            f"a secret came to light in {place}; keep it in its SecretStr, send it as a header (Bearer, Basic), "
            "never in the address, and never put a foreign answer into a message"
        )

    def _provoke(self, watch: Watch, name: str, operation: Callable[[Http], Any]) -> None:
        wires: Iterable[Wire] = (self.remote, always(401), always(500), echo, failing(httpx.ConnectError))
        for wire in wires:
            watch.show(f"what {name} answers or raises", outcome(partial(operation, self.http(wire))))


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _models(annotation)


def _revealing(default: object) -> bool:
    return isinstance(default, (SecretStr, SecretBytes)) and bool(default.get_secret_value())
