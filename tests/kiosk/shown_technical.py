"""A technician's measurements, as the pages are shown them: one of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from terminal.core.faults import Fault
from terminal.core.part_checks import judge_parts
from terminal.core.part_measured import CameraMeasured, Measured, Place
from terminal.core.screen_views import PaperView
from terminal.core.status_views import (
    FacesStatus,
    KeyClass,
    KeysStatus,
    ScannerStatus,
    StatusView,
)
from terminal.core.technical_views import (
    EnrolledQuality,
    Framing,
    FramingLimits,
    HeardLine,
    HeardView,
    LogLine,
    NetworkStep,
    NetworkView,
    PartsView,
    SettingRow,
)

NOW = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
LIMITS = FramingLimits(80, 25.0, 225.0, 15.0)
FACE = Framing(640, 480, 120.0, LIMITS, box=(250, 120, 150, 180), brightness=110.0, sharpness=88.0)

STATUS = StatusView(
    {"province": "province.no_answer"},
    FacesStatus("default", "3f2a" * 16, "MIT", None, True, 1796, 3, 0.4321, "usb", "ordinary"),
    ScannerStatus("/dev/serial/by-id/usb-X (ttyACM1)", "none", None, NOW, 31, 2, 4),
    keys=KeysStatus(KeyClass.MEDIUM, "credentials", None),
)
MEASURED = Measured(
    now=NOW,
    status=STATUS,
    paper=PaperView(None, fitted=True, waiting=2),
    camera=CameraMeasured(640, 480, 24.9, None),
    place=Place(
        disk_free_bytes=9 * 1024**3,
        drugs=81,
        services=12,
        filter_wanted=True,
        filter_fetched_at=NOW,
        typing_port="/dev/hidg0",
        api_listen="127.0.0.1:8431",
        voice_pack="mandarin",
        voice_files=344,
        screens="two",
    ),
    store_bytes=43_000_000,
    read_ms=0.3,
    last_answer_at=NOW,
    newest_at=NOW,
    ledger_entries=812,
)


class ShownTechnical:
    """Shows what it is told to, and remembers the tests that were begun."""

    def __init__(self) -> None:
        self.language = "zh"
        self.measured = MEASURED
        self.begun: list[str] = []
        self.refusing: Fault | None = None
        self.picture: Framing | None = FACE
        self.listening = HeardView(
            open=True,
            closes_in_s=287,
            lines=(
                HeardLine(NOW, "trace_code", 20, "38 33 38 35 1d"),
                HeardLine(NOW, "identity_card", 18, ""),
            ),
        )
        self.line = NetworkView(
            (
                NetworkStep("address", None, 0, "https://hi.example"),
                NetworkStep("name", None, 12, "192.0.2.7"),
                NetworkStep("connection", None, 31, "hi.example:443"),
                NetworkStep("tls", "network.not_used", 0, "http"),
                NetworkStep("gateway", "network.not_admitted", 80, "status=403"),
                NetworkStep("sign_in", "network.not_reached"),
            ),
            tried_at=NOW,
        )

    def parts(self) -> PartsView:
        if self.refusing is not None:
            raise self.refusing
        return PartsView(self.measured.now, judge_parts(self.measured))

    def framing(self) -> Framing | None:
        return self.picture

    def enrolled(self) -> EnrolledQuality:
        return EnrolledQuality(1796, 8800, {"good": 1700, "few": 90, "one": 6}, {"high": 8800})

    def start_scanner_test(self) -> None:
        self.begun.append("scanner")

    def stop_scanner_test(self) -> None:
        self.begun.append("no scanner")

    def heard(self) -> HeardView:
        return self.listening

    def try_network(self) -> None:
        self.begun.append("network")

    def network(self) -> NetworkView:
        return self.line

    def logs(self, level: str, text: str) -> tuple[LogLine, ...]:
        lines = (
            LogLine(NOW, "info", "terminal.health", "camera is back"),
            LogLine(NOW, "warning", "terminal.health", "province is away: province.no_answer"),
            LogLine(NOW, "critical", "web", "<b>out of memory</b>"),
        )
        least = ("info", "warning", "error").index(level)
        return tuple(line for line in lines[least:] if text in line.text)

    def settings(self) -> tuple[SettingRow, ...]:
        return (
            SettingRow("web_port", "8080", "default", "", "≥ 0, ≤ 65535", "Loopback port."),
            SettingRow(
                "clinic_name", "大屋村卫生室", "/etc/terminal.toml", "", "", "Name on screens."
            ),
            SettingRow(
                "let_go_max_fen", "9", "variable", "fen", "≤ 99", "How many odd fen (抹零)."
            ),
            SettingRow("sm4_key", "", "default", "", "", "SM4 key. Never printed."),
        )

    def versions(self) -> Mapping[str, str]:
        return {
            "program": "0.1.0",
            "weights.recognition": f"w600k.onnx {'3f2a' * 16}",
            "database": "SQLCipher 4.19",
            "kept.prefixes": "20251101001",
        }
