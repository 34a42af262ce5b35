"""Where the program begins: the commands, and what each of them does."""

from __future__ import annotations

import dataclasses
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.assembly.api_commands import add_clients
from terminal.assembly.api_console import ClientConsole
from terminal.assembly.asked_settings import asked_settings
from terminal.assembly.backup_commands import add_backup
from terminal.assembly.bundle_commands import add_bundle
from terminal.assembly.catalogue_commands import add_catalogue
from terminal.assembly.check_commands import add_check
from terminal.assembly.check_console import CheckConsole
from terminal.assembly.classify_commands import add_classify
from terminal.assembly.compliance_commands import add_compliance
from terminal.assembly.county_commands import add_county
from terminal.assembly.enrol_commands import EnrolOptions, ImportOptions, Report, add_enrol
from terminal.assembly.evaluate_commands import EvaluationOptions, add_evaluate
from terminal.assembly.inspection_commands import add_inspection
from terminal.assembly.key_commands import add_keys
from terminal.assembly.ledger_commands import add_ledger
from terminal.assembly.operator_commands import add_operators
from terminal.assembly.operators import OperatorConsole
from terminal.assembly.record_commands import add_records
from terminal.assembly.rehearse_commands import RehearsalOptions, add_rehearse
from terminal.assembly.scanner_commands import add_scanner
from terminal.assembly.scanner_console import ScannerConsole
from terminal.assembly.service_commands import add_service
from terminal.assembly.store_commands import add_store
from terminal.assembly.voice_commands import add_voice
from terminal.core.compliance import ComplianceFacts
from terminal.core.ledger_check import LedgerVerdict
from terminal.core.settlement_evidence import Reader
from terminal.core_dumps import forbid_core_dumps
from terminal.technician import DemoOptions, Fraction, create_commands, run_commands


class Joined:
    """What the commands do. Each imports what it needs: help must not load networks."""

    def pull(self, stick: Path | None, told: Fraction, *, demo: bool) -> list[Path]:
        from models.manifest import read_manifest
        from models.weights import pull
        from terminal.assembly import parts
        from terminal.assembly.demonstration import CLIPS, CLIPS_MANIFEST
        from terminal.assembly.voice import voice_if_possible

        folder = asked_settings().data_dir
        wanted = [
            (parts.weights_manifest(), folder / parts.WEIGHTS),
            (parts.assets_manifest(), folder / parts.ASSETS),
        ]
        if demo:
            wanted.append((read_manifest(CLIPS_MANIFEST), folder / CLIPS))
        paths: list[Path] = []
        for manifest, into in wanted:
            paths += pull(manifest, into, stick=stick, progress=told)
        return paths + (voice_if_possible(folder, told) if demo else [])

    def voice_build(self, settings_file: Path | None, told: Fraction) -> dict[str, object]:
        from terminal.assembly.voice import build_voice

        built = build_voice(asked_settings(settings_file).data_dir, told)
        return dataclasses.asdict(built) | {"folder": str(built.folder)}

    def voice_list(self, settings_file: Path | None, pack: str | None) -> list[dict[str, str]]:
        from terminal.assembly.voice import listed_clips

        settings = asked_settings(settings_file)
        return listed_clips(settings.data_dir, settings.voice_pack if pack is None else pack)

    def run(self, settings_file: Path | None) -> None:
        from terminal.assembly.service import run_service

        status = run_service(asked_settings(settings_file), settings_file, _until_told_to_stop)
        raise SystemExit(status)

    def ask_terminal(self, verb: str, settings_file: Path | None) -> dict[str, Any]:
        from terminal.local_door import ask

        return ask(asked_settings(settings_file).data_dir, verb)

    def province(self, folder: Path, port: int) -> None:
        from terminal.assembly.province_alone import serve_province

        serve_province(folder, port)

    def demo(self, options: DemoOptions, announce: Callable[[dict[str, str]], None]) -> None:
        from terminal.assembly.demonstration import Demonstration

        with Demonstration(asked_settings().data_dir, options) as demonstration:
            addresses = demonstration.start()
            pins = {f"{who}_pin": pin for who, pin in demonstration.pins.items()}
            announce(addresses | pins)
            _until_told_to_stop()

    def demo_once(self, options: DemoOptions) -> dict[str, object]:
        from terminal.assembly.demonstration import Demonstration
        from terminal.assembly.once import visit_once

        with Demonstration(asked_settings().data_dir, options) as demonstration:
            demonstration.start()
            return visit_once(demonstration).as_json()

    def settings(self, settings_file: Path | None) -> list[dict[str, str]]:
        from terminal.settings_file import origins

        settings = asked_settings(settings_file)
        return [dataclasses.asdict(origin) for origin in origins(settings, settings_file)]

    def bench(self, rounds: int, ledger_entries: int) -> dict[str, object]:
        from terminal.assembly import parts
        from terminal.assembly.bench import bench

        settings = asked_settings()
        return bench(settings.data_dir, rounds, ledger_entries, parts.face_pack(settings))

    def evaluate(self, what: str, options: EvaluationOptions, told: Fraction) -> dict[str, object]:
        from terminal.assembly import evaluate, parts

        works = {
            "verify": evaluate.evaluate_verify,
            "identify": evaluate.evaluate_identify,
            "liveness": evaluate.evaluate_liveness,
        }
        return works[what](parts.face_pack(asked_settings()), options, told)

    def evaluate_search(self, sizes: list[int], told: Fraction) -> dict[str, object]:
        from terminal.assembly import evaluate, parts

        return evaluate.evaluate_search(parts.face_pack(asked_settings()), sizes, told)

    def enrol_person(self, options: EnrolOptions, hinted: Callable[[str], None]) -> Report:
        from terminal.assembly.enrol import enrol_person

        return enrol_person(asked_settings(options.settings_file), options, hinted)

    def enrol_import(self, options: ImportOptions, told: Fraction) -> Report:
        from terminal.assembly.enrol import enrol_import

        return enrol_import(asked_settings(options.settings_file), options, told)

    def enrol_forget(self, id_number: str, settings_file: Path | None) -> dict[str, object]:
        from terminal.assembly.enrol_held import enrol_forget

        return enrol_forget(asked_settings(settings_file), id_number)

    def enrol_held(self, whom: str, settings_file: Path | None) -> list[str]:
        from terminal.assembly.enrol_held import enrol_held

        return enrol_held(asked_settings(settings_file), whom)

    def enrol_list(self, settings_file: Path | None) -> dict[str, object]:
        from terminal.assembly.enrol import enrol_list

        return enrol_list(asked_settings(settings_file))

    def ledger_verify(self, settings_file: Path | None) -> LedgerVerdict:
        from terminal.assembly.ledgers import verify_ledger

        return verify_ledger(asked_settings(settings_file))

    def ledger_export(self, out: Path, settings_file: Path | None) -> int:
        from terminal.assembly.ledgers import export_ledger

        return export_ledger(asked_settings(settings_file), out)

    def ledger_check(self, file: Path, public_key: str, earlier: list[Path]) -> LedgerVerdict:
        from terminal.assembly.ledgers import check_ledger

        return check_ledger(file, public_key, earlier)

    def ledger_prove_erased(self, person: str, key: str, settings_file: Path | None) -> str:
        from terminal.assembly.ledgers import prove_erased

        return prove_erased(asked_settings(settings_file), person, key)

    def records_export(self, out: Path, settings_file: Path | None) -> list[Path]:
        from terminal.assembly.records import export_records

        return export_records(asked_settings(settings_file), out)

    def public_key(self, settings_file: Path | None) -> str:
        from terminal.assembly.records import public_key

        return public_key(asked_settings(settings_file))

    def keys(self, settings_file: Path | None) -> list[dict[str, str]]:
        from terminal.assembly.keys import told_keys

        return told_keys(asked_settings(settings_file))

    def rotate_keys(self, settings_file: Path | None) -> list[dict[str, str]]:
        from terminal.assembly.keys import rotate_keys

        return rotate_keys(asked_settings(settings_file))

    def wipe(self, settings_file: Path | None) -> dict[str, object]:
        from terminal.assembly.keys import wipe

        return wipe(asked_settings(settings_file))

    def settlement_evidence(self, number: str, reader: Reader, settings_file: Path | None) -> str:
        from terminal.assembly.inspection import settlement_evidence

        return settlement_evidence(asked_settings(settings_file), number, reader)

    def write_evidence(self, told: str, out: Path) -> None:
        from terminal.assembly.inspection import write_evidence

        write_evidence(told, out)

    def compliance_facts(self, settings_file: Path | None) -> ComplianceFacts:
        from terminal.assembly.compliance import compliance_facts

        return compliance_facts(asked_settings(settings_file))

    def catalogue(
        self, kind: str, since: str, out: Path, settings_file: Path | None
    ) -> dict[str, object]:
        from terminal.assembly.catalogues import fetch_catalogue

        return fetch_catalogue(asked_settings(settings_file), kind, since, out)

    def kept_catalogues(self, settings_file: Path | None) -> list[dict[str, object]]:
        from terminal.assembly.catalogues import kept_catalogues

        return kept_catalogues(asked_settings(settings_file))

    def unbind(self, prefix: str, settings_file: Path | None) -> dict[str, object]:
        from terminal.assembly.catalogues import unbind

        return unbind(asked_settings(settings_file), prefix)

    def rehearse(self, options: RehearsalOptions, told: Fraction) -> dict[str, object]:
        from terminal.assembly.rehearse import rehearse

        return rehearse(options, told)

    def words(self, code: str) -> str:
        from kiosk_ui.words import words_of

        return words_of(code).technician

    def doctors_words(self, code: str) -> str:
        from kiosk_ui.words import words_of

        return words_of(code).doctor

    def said_aloud(self, code: str) -> str:
        from kiosk_ui.words import words_of

        return words_of(code).resident


def main() -> None:
    """The console script `clinic-terminal`."""
    forbid_core_dumps()
    works = Joined()
    commands = create_commands(works)
    add_evaluate(commands, works)
    add_enrol(commands, works)
    add_operators(commands, OperatorConsole())
    add_clients(commands, ClientConsole())
    add_rehearse(commands, works)
    add_records(commands, works)
    add_inspection(commands, works)
    add_compliance(commands, works)
    add_ledger(commands, works)
    add_catalogue(commands, works)
    add_scanner(commands, ScannerConsole())
    add_voice(commands, works)
    add_classify(commands, works)
    add_keys(commands, works)
    add_service(commands, works)
    add_check(commands, CheckConsole())
    add_bundle(commands)
    add_county(commands)
    add_store(commands)
    add_backup(commands)
    run_commands(commands, works.words)


def _until_told_to_stop(told: threading.Event | None = None) -> None:
    """Wait for SIGTERM or Ctrl-C, or until somebody here sets `told`."""
    told = told or threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: told.set())
    told.wait()


if __name__ == "__main__":
    main()
