"""A folder of packages as pip would leave them, for PYTHONPATH."""

from collections.abc import Mapping
from pathlib import Path


def distribution(folder: Path, name: str, module: str, files: Mapping[str, str], *, version: str = "1.2") -> str:
    """Install a package with one plugin, whose entry point is its name without `hub-`; gives the folder."""
    site = folder / "site"
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(f"[hub.plugins]\n{name.removeprefix('hub-')} = {module}\n")
    for file, text in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text, encoding="utf-8")
    return str(site)
