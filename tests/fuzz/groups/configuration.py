"""The configuration file."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import strategies as st

from hub.config import ConfigProblems, load
from hub.config.example import example
from hub.flow.instances import plugin_configs
from hub.registry import Registry
from tests.config.conftest import GOOD

from ..damage import VALUES, damaged
from ..target import Target, allowed

DEEP = [b"a: " + b"[" * 5000, b"a: &a [*a]", b"- " * 5000, b"a: &a {b: 1}\n" + b"c: {<<: [*a, *a]}\n" * 50]
BOMB = b"a: &a [1,1,1,1,1,1,1,1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 8)) for n in range(12)
)


def targets(stack: ExitStack) -> list[Target]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    plugins = plugin_configs(Registry.load())
    good = [GOOD.encode(), example(plugins).encode()]
    lines = [line.partition(":")[0] for line in good[0].decode().splitlines() if ":" in line]
    valued = st.builds(_valued, st.sampled_from(lines), st.sampled_from(VALUES))

    def loaded(content: bytes) -> None:
        (folder / "config.yaml").write_bytes(content)
        allowed(ConfigProblems)(lambda: load(folder / "config.yaml", plugins=plugins, environ={}))

    return [
        Target("damaged", damaged(*good, BOMB, *DEEP), loaded),
        Target("another value", valued, loaded),
    ]


def _valued(line: str, value: str) -> bytes:
    text = "\n".join(f"{line}: {value}" if each.partition(":")[0] == line else each for each in GOOD.splitlines())
    return text.encode("utf-8", "surrogatepass")
