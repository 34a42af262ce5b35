"""How this clinic asks about the county's prescriptions, from its settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from terminal.assembly.key_text import private_key
from terminal.core.faults import Refused
from terminal.core.national_crypto import SM4_KEY_BYTES, sm2_sign, sm2_verify
from terminal.prescribed import RxAsking
from terminal.province.prescriptions import Prescriptions, RxLine
from terminal.province.rx_envelope import RxSeal
from terminal.settings import Settings


def rx_asking(settings: Settings, now: Callable[[], datetime]) -> RxAsking | None:
    """None where no prescriptions are taken.

    Raises Refused `settings.missing`, `settings.wrong_value`, `settings.unreadable`,
    `crypto.key_unusable` or `vault.key_open_to_others`: rather no terminal than one that
    refuses every prescription.
    """
    if not settings.prescription_code:
        return None
    for name in ("prescription_url", "prescription_app_id", "prescription_public_key"):
        if not getattr(settings, name):
            raise Refused("settings.missing", setting=name)
    line = RxLine(
        url=settings.prescription_url,
        seal=_seal(settings),
        paasid=settings.province_paasid,
        secret=settings.province_secret.get_secret_value(),
        fixmedins_code=settings.fixmedins_code,
        paths=settings.prescription_paths,
        code_is=settings.prescription_code_is,
        states=settings.prescription_states,
        dispensed=settings.prescription_dispensed,
        connect_timeout_s=settings.province_connect_timeout_s,
        ca_file=settings.province_ca_file,
    )
    code = re.compile(settings.prescription_code, re.ASCII)
    platform = Prescriptions(line, now)
    return RxAsking(code, platform.look, platform.close)


def _seal(settings: Settings) -> RxSeal:
    if settings.prescription_key_file is None:
        raise Refused("settings.missing", setting="prescription_key_file")
    private_hex = private_key(settings.prescription_key_file)
    sm2_sign(private_hex, b"")  # Whether they are keys is learnt by using them.
    sm2_verify(settings.prescription_public_key, b"", "")
    try:
        key = bytes.fromhex(settings.prescription_sm4_key.get_secret_value())
    except ValueError:
        key = b""
    if len(key) != SM4_KEY_BYTES:
        raise Refused(
            "settings.wrong_value", setting="prescription_sm4_key", rule="32 hexadecimal digits"
        )
    return RxSeal(settings.prescription_app_id, private_hex, key, settings.prescription_public_key)
