"""A pack of insightface in a folder, as a technician copied it there.

With insightface's package manifest (version 2, `manifest.json`) the manifest says which file
does what; without, the files' names do, as insightface publishes them. Its other networks
(age, 106 landmarks) are left alone. Weights without a signed licence beside them are for
non-commercial research: that is insightface's own rule, and its own code reads the licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from insightface.model_zoo.model_license import inspect_model_package_license
from insightface.model_zoo.package_manifest import (
    DETECTION_TASK,
    RECOGNITION_TASK,
    ModelTaskDescriptor,
    has_model_package_manifest,
    load_model_package,
)
from pydantic import ValidationError

from models.archives import digest_of
from models.manifest import Network, Preprocessing
from terminal.core.faults import Refused

_NAMES = {
    DETECTION_TASK: ("det_*.onnx", "scrfd_*.onnx"),
    RECOGNITION_TASK: ("w600k_*.onnx", "glintr*.onnx", "glint360k_*.onnx", "ms1mv*.onnx"),
}
"""How insightface names the files of its packs."""

_SIDE_PX = 112
_NUMBERS = 512
"""What every recogniser of these packs wants and gives, unless its manifest says other."""

RESEARCH = "insightface: non-commercial research only"


@dataclass(frozen=True, slots=True)
class InsightfacePack:
    """What stands in such a folder."""

    model_id: str
    display_name: str
    detection: tuple[Path, Network]
    recognition: tuple[Path, Network]
    licence: str
    """Empty when it cannot be told."""
    research_only: bool


def read_insightface(folder: Path) -> InsightfacePack:
    """Tell which file does what, and take the digests; no network is opened.

    Raises Refused `pack.no_detector`, `pack.no_recogniser`,
    `pack.two_of_a_kind`, `pack.manifest_unreadable`, `weights.missing`,
    `weights.unreadable`.
    """
    name = shown = folder.name
    found: dict[str, tuple[Path, Network]]
    if has_model_package_manifest(folder):
        name, shown, found = _by_manifest(folder)
    else:
        found = _by_name(folder)
    if DETECTION_TASK not in found:
        raise Refused("pack.no_detector", folder=folder.name)
    if RECOGNITION_TASK not in found:
        raise Refused("pack.no_recogniser", folder=folder.name)
    licence, research_only = _licence(folder)
    return InsightfacePack(
        name, shown, found[DETECTION_TASK], found[RECOGNITION_TASK], licence, research_only
    )


def _by_manifest(folder: Path) -> tuple[str, str, dict[str, tuple[Path, Network]]]:
    try:
        package = load_model_package(folder)
    except (OSError, TypeError, ValueError) as error:
        raise Refused(
            "pack.manifest_unreadable", folder=folder.name, reason=str(error)[:200]
        ) from None
    found = {
        task: (told.path, _network(told.path, task, told))
        for task, told in package.tasks.items()
        if task in _NAMES
    }
    return package.model_id, package.display_name or package.model_id, found


def _by_name(folder: Path) -> dict[str, tuple[Path, Network]]:
    found = {}
    files = sorted(path for path in folder.iterdir() if path.suffix == ".onnx")
    for task, names in _NAMES.items():
        fitting = [path for path in files if any(fnmatch(path.name, name) for name in names)]
        if len(fitting) > 1:
            raise Refused("pack.two_of_a_kind", folder=folder.name, task=task)
        for path in fitting:
            found[task] = (path, _network(path, task, None))
    return found


def _network(path: Path, task: str, told: ModelTaskDescriptor | None) -> Network:
    """Write a manifest's entry for a file whose manifest has none, or another's."""
    if not path.is_file():
        raise Refused("weights.missing", name=path.name)
    metadata = {} if told is None else dict(told.metadata)
    levels = metadata.get("preprocessing", "by_graph")
    recognises = task == RECOGNITION_TASK
    try:
        return Network(
            file=path.name,
            sha256=(told and told.sha256) or digest_of(path),
            size=path.stat().st_size,
            license="",
            task=task,
            family="" if recognises else "scrfd",
            preprocessing=levels if isinstance(levels, str) else Preprocessing(**levels),
            channels="RGB",
            layout="NCHW",
            input_size=metadata.get("input_size", (_SIDE_PX, _SIDE_PX)) if recognises else None,
            embedding_dimension=metadata.get("embedding_dimension", _NUMBERS)
            if recognises
            else None,
        )
    except ValidationError as error:  # An empty file, or a name no file of theirs has.
        what = ",".join(str(one["loc"][0]) for one in error.errors())
        raise Refused("weights.unreadable", name=path.name[:128], reason=what) from None


def _licence(folder: Path) -> tuple[str, bool]:
    """The licence in words, and whether it is for research only."""
    seen = inspect_model_package_license(folder)
    if seen.commercial_use_permitted:
        return f"insightface: commercial, {seen.license.license_id}", False
    if seen.grant is not None:  # Signed for research, or not signed at all.
        return RESEARCH, True
    return "", False
