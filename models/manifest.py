"""What a manifest says: which files, out of which published package, with which digests.

The same format lists the networks, the sample clips and what the screens load. Names
follow insightface's package manifest, version 2, where it has one (`model_id`, `task`,
`file`, `sha256`, `preprocessing`, `input_size`, `embedding_dimension`, `expansion`);
where a file is published, and how one is derived from another, are ours.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.measured import Measured
from terminal.core.faults import Refused

_MANIFEST_BYTES_MAX = 256 * 1024
"""A list of a few dozen files; beyond this it is something else."""

_FILE_BYTES_MAX = 512 * 1024 * 1024
"""No network or clip of ours is near this; a longer one would fill a small disk."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
"""A file name without any folder, so that nothing can be written elsewhere."""
Size = Annotated[int, Field(gt=0, le=_FILE_BYTES_MAX)]
Wider = Annotated[float, Field(ge=0.5, le=2.0)]
Pair = tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Preprocessing(_Table):
    """What is done to each pixel value, 0 to 255: subtract the mean, divide by std."""

    mean: float
    std: float = Field(gt=0)


class Package(_Table):
    """Something published once under a version, never changed after."""

    registry: Literal["pypi", "npm"]
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
    version: str = Field(pattern=r"^[0-9][A-Za-z0-9.]{0,31}$")
    archive: PlainName
    """The wheel's or tarball's file name, as the registry serves it."""
    sha256: Digest
    size: Size
    license: str
    """As the package states it, which is not always the whole truth; see `note`."""
    note: str = ""


class Network(_Table):
    """One file, and for a network how it wants its input."""

    file: PlainName
    sha256: Digest
    size: Size
    license: str
    task: str = ""
    family: Literal["", "scrfd"] = ""
    """Which code reads a detector's answer: none named is YuNet's."""
    preprocessing: Literal["embedded", "by_graph"] | Preprocessing = "embedded"
    """`by_graph`: the network's first nodes say whether it subtracts a mean by itself."""
    channels: Literal["", "BGR", "RGB", "grey"] = ""
    layout: Literal["", "NCHW"] = ""
    input_size: Pair | None = None
    """Width and height in pixels."""
    embedding_dimension: int | None = None
    expansion: float | None = None
    """How many times the face's box the crop is wide."""
    crops_wider: tuple[Wider, ...] = Field(default=(1.0,), min_length=1, max_length=2)
    """How much wider than the network expects its crops are cut: one, or a nearer and a wider."""
    output: str = ""
    measured: str = ""
    """How the input was found out."""


class Entry(Network):
    """One file of a manifest, and where it comes from."""

    package: str = ""
    path: str = ""
    """Where the file stands inside the package's archive."""
    derived_from: str = ""
    """Instead of a package: the file this one is computed from."""
    derivation: Literal["", "float_weights"] = ""

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Entry:
        whole = bool(self.package) == bool(self.path)
        whole = whole and bool(self.derived_from) == bool(self.derivation)
        if not whole or (self.package and self.derived_from):
            raise ValueError(f"{self.file}: either package and path, or derived_from")
        return self


class Manifest(_Table):
    """The files that belong together.

    Where no package is named, a technician put the files there by hand.
    """

    manifest_version: Literal[2]
    model_id: PlainName
    display_name: str
    research_only: bool = False
    """Whether the weights may not be used to treat anybody, only to study them."""
    thresholds: Measured | None = None
    packages: tuple[Package, ...] = Field(default=(), alias="package")
    files: tuple[Entry, ...] = Field(alias="file")

    @model_validator(mode="after")
    def _names_agree(self) -> Manifest:
        files = [entry.file for entry in self.files]
        packages = [package.name for package in self.packages]
        tasks = [entry.task for entry in self.files if entry.task]
        for names in (files, packages, tasks):
            if len(set(names)) != len(names):
                raise ValueError("a name stands twice")
        published = {entry.file for entry in self.files if not entry.derived_from}
        for entry in self.files:
            if packages and not entry.package and not entry.derived_from:
                raise ValueError(f"{entry.file}: neither package nor derived_from")
            if entry.package and entry.package not in packages:
                raise ValueError(f"{entry.file}: no such package: {entry.package}")
            if entry.derived_from and entry.derived_from not in published:
                raise ValueError(f"{entry.file}: no such file: {entry.derived_from}")
        return self

    def entry(self, file: str) -> Entry:
        """Return the entry of a file. Raises Refused `weights.not_listed`."""
        for entry in self.files:
            if entry.file == file:
                return entry
        raise Refused("weights.not_listed", name=file)

    def task(self, task: str) -> Entry:
        """Return the file that does a task. Raises Refused `weights.not_listed`."""
        for entry in self.files:
            if entry.task == task:
                return entry
        raise Refused("weights.not_listed", task=task)

    def weights_digest(self, task: str) -> str:
        """Return the SHA-256 that names the weights behind a task.

        For a derived file it is the published file's: the same weights in another
        spelling give the same vectors, and templates must outlive a new spelling.
        """
        entry = self.task(task)
        return self.entry(entry.derived_from).sha256 if entry.derived_from else entry.sha256


def read_manifest(path: Path) -> Manifest:
    """Read a manifest, refusing what is unknown in it rather than ignoring it.

    Raises Refused `weights.manifest_unreadable`.
    """
    try:
        if path.stat().st_size > _MANIFEST_BYTES_MAX:
            raise Refused("weights.manifest_unreadable", file=path.name, reason="too long")
        return Manifest.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Refused(
            "weights.manifest_unreadable", file=path.name, reason=str(error)[:200]
        ) from error
