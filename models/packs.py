"""Which networks look at faces: ours, or a folder that a technician put there.

A folder is one of two kinds. With a `manifest.toml` it is in our own format. Without, it is
a pack of insightface (`buffalo_s` and the like): a detector and a recogniser, told by their
names or by insightface's own manifest, version 2. What a folder does not bring (liveness,
landmarks, eyes, pose) comes from our own pack. A file `thresholds.toml` in either says what
was measured about the weights. docs/packs.md tells a technician the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from models.archives import matches
from models.manifest import Manifest, Network, read_manifest
from models.measured import read_thresholds
from terminal.core.calibration import DEFAULT_CALIBRATION, UNMEASURED_ARCFACE, Calibration
from terminal.core.faults import Refused

_MANIFEST = "manifest.toml"
_THRESHOLDS = "thresholds.toml"

_UNKNOWN = ("", "unknown")
"""What a manifest says of a licence nobody could find out."""


class Rights(Enum):
    """What the weights may be used for."""

    FREE = None
    RESEARCH_ONLY = "pack.research_only"
    UNKNOWN = "pack.licence_unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One network of a pack: its file, and how it wants its input."""

    path: Path
    network: Network

    def verified(self) -> Path:
        """Return the path, the digest checked just now.

        Raises Refused `weights.missing` or `weights.wrong_digest`.
        """
        if not self.path.is_file():
            raise Refused("weights.missing", name=self.network.file)
        if not matches(self.path, self.network):
            raise Refused("weights.wrong_digest", name=self.network.file)
        return self.path


@dataclass(frozen=True, slots=True)
class PackNote:
    """What the status page says of a pack."""

    display_name: str
    model_digest: str
    licence: str
    """As stated; empty where nobody says."""
    warning: str | None
    """A code such as `pack.research_only`, or nothing to warn of."""
    measured: bool
    """Whether its thresholds were measured; else they are cautious guesses."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The networks that look together, and what their similarities mean."""

    display_name: str
    model_digest: str
    """Names the recogniser's weights; templates of another digest are never compared."""
    dimension: int
    """How many numbers describe a face."""
    licence: str
    rights: Rights
    calibration: Calibration
    measured: bool
    parts: Mapping[str, Part]
    """By task: detection, recognition, liveness, landmarks, eyes, pose."""

    @property
    def research_only(self) -> bool:
        """Whether the weights may not be used to treat anybody, only to study them."""
        return self.rights is Rights.RESEARCH_ONLY

    def part(self, task: str) -> Part:
        """Return the network that does a task. Raises Refused `weights.not_listed`."""
        if task not in self.parts:
            raise Refused("weights.not_listed", task=task)
        return self.parts[task]

    def describe(self) -> PackNote:
        """Return what is shown of it."""
        return PackNote(
            self.display_name, self.model_digest, self.licence, self.rights.value, self.measured
        )


def default_manifest() -> Manifest:
    """The networks this terminal is built for."""
    return read_manifest(Path(__file__).with_name(_MANIFEST))


def default_pack(weights: Path) -> Pack:
    """Our own pack, its files in the folder where `models pull` puts them.

    Nothing is checked yet: each part is when it is opened.
    """
    return pack_of(default_manifest(), weights)


def pack_of(manifest: Manifest, folder: Path) -> Pack:
    """The pack of a manifest in our own format.

    Raises Refused `pack.no_detector`, `pack.no_recogniser`,
    `pack.thresholds_unreadable`.
    """
    parts = {entry.task: Part(folder / entry.file, entry) for entry in manifest.files if entry.task}
    if "detection" not in parts:
        raise Refused("pack.no_detector", folder=folder.name)
    if "recognition" not in parts:
        raise Refused("pack.no_recogniser", folder=folder.name)
    digest = manifest.weights_digest("recognition")
    told = manifest.thresholds.calibration() if manifest.thresholds else None
    calibration, measured = _calibration(folder, digest, told)
    licences = [part.network.license for part in parts.values()]
    rights = Rights.RESEARCH_ONLY if manifest.research_only else Rights.FREE
    if any(licence.lower() in _UNKNOWN for licence in licences):
        rights = Rights.UNKNOWN
    return Pack(
        manifest.display_name,
        digest,
        parts["recognition"].network.embedding_dimension or 0,
        ", ".join(sorted({licence for licence in licences if licence})),
        rights,
        calibration,
        measured,
        parts,
    )


def read_pack(folder: Path, ours: Pack) -> Pack:
    """The pack in a folder; what it does not bring comes from our own.

    Raises Refused `pack.folder_missing`, `pack.no_detector`,
    `pack.no_recogniser`, `pack.two_of_a_kind`, `pack.manifest_unreadable`,
    `pack.thresholds_unreadable`, `weights.manifest_unreadable`, `weights.missing`,
    `weights.unreadable`.
    """
    try:
        if not folder.is_dir():
            raise Refused("pack.folder_missing", folder=folder.name)
        if (folder / _MANIFEST).is_file():
            pack = pack_of(read_manifest(folder / _MANIFEST), folder)
        else:
            pack = _insightface(folder)
    except OSError as error:
        raise Refused("pack.folder_missing", folder=folder.name, reason=error.strerror) from None
    return replace(pack, parts={**ours.parts, **pack.parts})


def _insightface(folder: Path) -> Pack:
    from models.insightface_folder import read_insightface  # noqa: PLC0415 - loads for half a second.

    told = read_insightface(folder)
    digest = told.recognition[1].sha256
    calibration, measured = _calibration(folder, digest, None)
    rights = Rights.RESEARCH_ONLY if told.research_only else Rights.FREE
    if not told.licence:
        rights = Rights.UNKNOWN
    return Pack(
        told.display_name,
        digest,
        told.recognition[1].embedding_dimension or 0,
        told.licence,
        rights,
        calibration,
        measured,
        {"detection": Part(*told.detection), "recognition": Part(*told.recognition)},
    )


def _calibration(folder: Path, digest: str, told: Calibration | None) -> tuple[Calibration, bool]:
    """What the folder says of these weights, or we measured, or a cautious guess."""
    if (folder / _THRESHOLDS).is_file():
        return read_thresholds(folder / _THRESHOLDS), True
    if told is not None:
        return told, True
    if digest == default_manifest().weights_digest("recognition"):
        return DEFAULT_CALIBRATION, True
    return UNMEASURED_ARCFACE, False
