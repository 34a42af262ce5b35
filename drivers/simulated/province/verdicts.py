"""The second level of a verdict: whether what was reported was taken (section 8)."""

from __future__ import annotations

from drivers.simulated.province.call import Call, Output

_PREFIX_DIGITS = 7


class NotTaken(Exception):
    """Why the inner verdict is no; the transaction itself went well."""


def taken() -> Output:
    return _verdict("1", "成功")


def not_taken(reason: object) -> Output:
    return _verdict("0", str(reason))


def check_drug_of(call: Call, code: str, drug: str) -> None:
    """Raises NotTaken for a code whose prefix is another drug's; an unknown one passes."""
    pack = call.reference.goods.packs.get(code[:_PREFIX_DIGITS])
    if pack is not None and pack.drug != drug:
        raise NotTaken("追溯码与药品不一致")


def _verdict(result: str, text: str) -> Output:
    return {"result": {"retRslt": result, "msgRslt": text}}
