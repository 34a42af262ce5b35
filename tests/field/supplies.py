"""A made /sys: supplies, sensors and cards as the kernel writes them."""

from __future__ import annotations

from pathlib import Path


def supply(root: Path, name: str, **told: str) -> None:
    """One folder of /sys/class/power_supply."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in told.items():
        (folder / key).write_text(f"{value}\n", "utf-8")


def battery(root: Path, percent: int, status: str, **told: int) -> None:
    rest = {key: str(value) for key, value in told.items()}
    supply(root, "BAT0", type="Battery", capacity=str(percent), status=status, **rest)


def mains(root: Path, online: str) -> None:
    supply(root, "AC", type="Mains", online=online)


def sensor(sysfs: Path, thousandths: int) -> None:
    """A thermal zone; thousandths of a degree Celsius."""
    zone = sysfs / "class/thermal/thermal_zone0"
    zone.mkdir(parents=True, exist_ok=True)
    (zone / "temp").write_text(f"{thousandths}\n", "ascii")


def card(sysfs: Path, life_time: str, pre_eol_info: str) -> None:
    """An eMMC: `0x01 0x09`, `0x01`."""
    device = sysfs / "block/mmcblk0/device"
    device.mkdir(parents=True, exist_ok=True)
    (device / "life_time").write_text(f"{life_time}\n", "ascii")
    (device / "pre_eol_info").write_text(f"{pre_eol_info}\n", "ascii")
