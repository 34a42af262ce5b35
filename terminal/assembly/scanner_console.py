"""The scanner's command, as it is asked at the console."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.assembly.asked_settings import asked_settings
from terminal.assembly.scanner_commands import ListenOptions


class ScannerConsole:
    """What the command does; it imports what it needs: help must not open ports."""

    def scanner_ports(self) -> list[dict[str, str]]:
        from terminal.assembly.scanner_bench import ports

        return ports()

    def scanner_heard(self, options: ListenOptions) -> Iterator[dict[str, object]]:
        """Raises what opening the port raises."""
        from terminal.assembly.scanner_bench import heard

        settings = asked_settings(options.settings_file)
        return heard(settings, options.seconds, trigger=options.trigger)
