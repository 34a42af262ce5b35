"""The commands about bundles on a stick: judge one, take one over, make one.

`verify` needs neither store nor settings, and works on any machine with the public key.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from terminal.bundle import bundle_keys, verify_bundle
from terminal.bundle_making import new_bundle_key, seal_bundle
from terminal.technician import AsJson

KEYS = Path("/etc/clinic-terminal/bundle.pub")
"""The county's public keys: put there with the first installation, and by nothing on a stick."""

Folder = Annotated[Path, typer.Argument(help="Folder of the bundle, on the stick.")]
Keys = Annotated[Path, typer.Option("--keys", help="File of the public keys that are believed.")]
Into = Annotated[
    Path | None, typer.Option("--into", help="Copy what was judged there; install from the copy.")
]
Private = Annotated[Path, typer.Option("--key", help="The county's private key, mode 0600.")]
Version = Annotated[str, typer.Option(help="The version it brings.")]


def add_bundle(app: typer.Typer) -> None:
    """Add the commands to the program."""
    bundle = typer.Typer(help="Offline bundles: one stick, judged.", no_args_is_help=True)
    app.add_typer(bundle, name="bundle")

    @bundle.command()
    def verify(
        folder: Folder, keys: Keys = KEYS, into: Into = None, *, as_json: AsJson = False
    ) -> None:
        """Whether a bundle is whole and the county's; exit status 0 only if it is."""
        listed = verify_bundle(folder, bundle_keys(keys), into)
        size = sum(file.size for file in listed.files)
        told = {"version": listed.version, "files": len(listed.files), "bytes": size}
        if as_json:
            sys.stdout.write(json.dumps(told) + "\n")
        else:
            sys.stdout.write(f"{listed.version}: {len(listed.files)} files, {size} bytes, right.\n")

    @bundle.command()
    def seal(folder: Folder, key: Private, version: Version) -> None:
        """List and sign what lies in a folder: the county's act, not a terminal's."""
        count = seal_bundle(folder, key, version)
        sys.stdout.write(f"{count} files are listed and signed.\n")

    @bundle.command(name="new-key")
    def new_key(key: Private) -> None:
        """Make a signing key; prints its public half, which the terminals believe."""
        sys.stdout.write(new_bundle_key(key) + "\n")
