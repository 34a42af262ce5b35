"""The county's certificate is renewed by the nightly upkeep, from thirty days before its end."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing

from terminal import clock
from terminal.assembly.device import Device
from terminal.bundle import bundle_keys
from terminal.core.faults import Fault
from terminal.identity import FOLDER, Identity, renew
from terminal.local_door import Verb
from terminal.province.post import Post

log = logging.getLogger(__name__)

_CONNECT_S = 10.0


def with_renewal(device: Device, upkeep: Verb) -> Verb:
    """The upkeep, and behind it the certificate: a county that is away spoils no night."""

    def both() -> Mapping[str, object]:
        return {**upkeep(), "certificate": _renewed(device)}

    return both


def _renewed(device: Device) -> str:
    """`none`, `in force`, `renewed`, or why it was not."""
    settings, now = device.settings, clock.now()
    identity = Identity(settings.data_dir / FOLDER, device.vault.tls_keys)
    try:
        if not settings.county_url or identity.certificate() is None:
            return "none"
        if not identity.is_due(now):
            return "in force"
        told = (
            settings.county_url,
            settings.fixmedins_code,
            tuple(bundle_keys(settings.county_keys_file)),
        )
        context = identity.context(settings.county_ca_file)
        with closing(Post(None, _CONNECT_S, context)) as line:
            renew(identity, line, told, device.vault.device_keys()[0], now)
    except Fault as fault:
        log.warning("the county's certificate is not renewed: %s", fault.code)
        return fault.code
    return "renewed"
