"""The settings of the demo clinic: invented, and never a real clinic's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from drivers.simulated.province import rx_envelope
from drivers.simulated.province import server as sandbox
from drivers.simulated.province.reference import DATA
from terminal.private_file import write_private
from terminal.settings import Settings
from terminal.technician import DemoOptions


def demo_settings(
    folder: Path, province: str, printer: str, camera: Path, options: DemoOptions
) -> Settings:
    """`province`: the simulated one's address. `camera`: the clip that is shown at first."""
    key_file = folder / "prescription.key"
    write_private(key_file, rx_envelope.CLINIC_PRIVATE_KEY.encode())
    fixed: dict[str, Any] = {
        "data_dir": folder,
        "clinic_name": "演示村卫生室",
        "fixmedins_code": "H43102400991",
        "doctor_code": "D431024000991",
        "doctor_name": "雷新民",
        "mdtrtarea_admvs": "431024",
        "province_url": f"{province}/fsi/api/medical/service",
        "province_paasid": sandbox.DEMO_PAASID,
        "province_secret": SecretStr(sandbox.DEMO_SECRET),
        "resume_every_s": 5.0,
        "drugs_file": DATA / "drugs.csv",
        "infno_prefixes": "ZSMCJ003",
        "sold_digest_file": "sold_digest",
        "services_file": DATA / "services.csv",
        "benefits_file": DATA / "benefits.toml",
        "camera": str(camera),
        "recorded_camera": True,
        "scanner_port": str(folder / "dev" / "scanner"),
        "printer": printer,
        "web_port": options.web_port,
        "who_settles": options.who_settles,
        "api_listen": "127.0.0.1:0",
        "prescription_code": "CF[0-9]{22}",
        "prescription_url": f"{province}/rx",
        "prescription_app_id": rx_envelope.APP_ID,
        "prescription_public_key": rx_envelope.PLATFORM_PUBLIC_KEY,
        "prescription_sm4_key": SecretStr(rx_envelope.SM4_KEY),
        "prescription_key_file": key_file,
    }
    # Once more over the variables of a real clinic, which win otherwise: an invented
    # charge must not be sent where they point.
    return Settings(**fixed).model_copy(update=fixed)
