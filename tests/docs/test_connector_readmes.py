"""The example of every connector's README loads, as a part of a whole configuration."""

import importlib
import json
import re
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hub.config import PluginConfigs, load
from hub.plugin import PacConfig

ROOT = Path(__file__).parents[2]
READMES = sorted(ROOT.glob("connectors/*/README.md"))
WHOLE = """
version: 1
environment: test
issuers:
  tienda:
    rfc: EKU9003173C9
    nombre: ESCUELA KEMPER URGATE
    regimen_fiscal: 601
    codigo_postal: '06000'
    csd: {certificate: {$file: csd.cer}, private_key: {$file: csd.key}, password: {$env: CSD_PASSWORD}}
    pac: sandbox
pacs:
  sandbox: {use: sandbox}
"""


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_the_example_of_a_readme_loads(readme: Path, tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(sources:\n.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    assert examples, f"{readme} shows no sources:"
    classes = importlib.import_module(f"connectors.{readme.parent.name}").hub_sources()
    pacs = {"sandbox": PacConfig}
    plugins = PluginConfigs(pacs=pacs, sources={cls.name: cls.config_type for cls in classes})
    for name in re.findall(r"\{\$file: ([\w./-]+)\}", WHOLE + "".join(examples)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(_content(path.suffix), encoding="utf-8")
    for example in examples:
        tree = yaml.safe_load(WHOLE) | yaml.safe_load(example)
        path = tmp_path / "hub.yaml"
        path.write_text(yaml.safe_dump(tree), encoding="utf-8")
        wanted = re.findall(r"\{\$env: (\w+)\}", WHOLE + example)
        load(path, plugins=plugins, environ=dict.fromkeys(wanted, "a-secret-of-some-length"))


def _content(kind: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"type": "service_account", "client_email": "a@b.example", "private_key": private, "private_key_id": "1"}
    return {".pem": pem, ".json": json.dumps(account)}.get(kind, "content")


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_a_readme_names_every_option(readme: Path) -> None:
    classes = importlib.import_module(f"connectors.{readme.parent.name}").hub_sources()
    # As code: `option`, `option: value`, or a line of an example. The word alone may mean something else.
    named = set(re.findall(r"`(\w+)[`:]|(?<=\s)(\w+):", readme.read_text(encoding="utf-8")))
    options = {option for cls in classes for option in cls.config_type.model_fields}
    missing = options - {name for both in named for name in both}
    assert not missing, f"{readme} does not name {sorted(missing)}"
