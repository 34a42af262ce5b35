"""Templates compiled once for all the apps that tests build.

Hundreds of tests each build an app of their own, and four fifths of their time went into
compiling the same templates. A template that changed is compiled anew: the cache is asked
with the digest of its text.
"""

from __future__ import annotations

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Compiled(BytecodeCache):
    """In memory, for one run of the tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get(bucket.key)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """From now on every app takes its templates from here."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
