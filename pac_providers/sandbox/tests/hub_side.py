"""What the hub does with a PAC provider."""

from hub.plugin import Http, StampRequest
from pac_providers.sandbox.provider import Sandbox, SandboxConfig


class Pac:
    """The provider with its Http: what the hub holds."""

    def __init__(self, config: SandboxConfig) -> None:
        self.provider = Sandbox(config)
        self.http = Http.of(self.provider.client())

    def stamp(self, xml: bytes):
        return self.provider.stamp(self.http, request(xml))

    def recover(self, xml: bytes):
        return self.provider.recover(self.http, request(xml))


def request(xml: bytes) -> StampRequest:
    return StampRequest("sale-1", xml, "EKU9003173C9")
