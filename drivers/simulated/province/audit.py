"""The bureau's audit before a claim: 3101 and 3102, by the rules of data/audit_rules.csv.

It warns and forbids nothing: what a violation means for the claim is decided later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from drivers.simulated.province import wire
from drivers.simulated.province.call import TIME, Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.reference import AuditRule
from drivers.simulated.province.wire import Json


def audit(call: Call) -> Output:
    """3101, 3102: the violations found; none is an empty list."""
    violations: list[Json] = []
    for patient in call.data.inner["patient_dtos"]:
        call.reference.person(patient["patn_id"])
        earlier = _already_today(call, patient["patn_id"])
        for encounter in patient.inner["fsi_encounter_dtos"]:
            for rule, order in _broken(call, encounter, earlier):
                violations.append(_violation(call, rule, patient, encounter, order))
    return {"result": [*violations, *_echoed(call)]}


def _echoed(call: Call) -> list[Json]:
    """The findings that came along, kept; those of rules that this province knows come
    back under its own name and weight."""
    told = wire.extension(call.data["exp_content"]).get("findings")
    patient = call.data.inner["patient_dtos"][0]
    mdtrt_id = patient["curr_mdtrt_id"]
    echoed: list[Json] = []
    for each in told if isinstance(told, list) else []:
        if not isinstance(each, dict):
            continue
        rule, line = str(each.get("rule_id") or ""), str(each.get("line") or "")
        call.book.write(
            "INSERT INTO findings (mdtrt_id, institution, rule, severity, line, reason, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            mdtrt_id,
            call.institution.code,
            rule,
            str(each.get("sev") or ""),
            line,
            str(each.get("reason") or ""),
            call.time,
        )
        known = call.reference.goods.rules.get(rule)
        if known is None:
            continue
        echoed.append(
            {
                "jr_id": call.identifier("audit"),
                "rule_id": rule,
                "rule_name": known.name,
                "vola_cont": str(each.get("words") or known.name),
                "patn_id": patient["patn_id"],
                "mdtrt_id": mdtrt_id,
                "judge_result_detail_dtos": [],
                "vola_amt": None,
                "vola_amt_stas": "1",
                "sev_deg": known.severity,
                "vola_evid": None,
                "vola_bhvr_type": "1",
                "task_id": call.data["task_id"] or None,
            }
        )
    return echoed


def _broken(
    call: Call, encounter: Node, earlier: set[tuple[str, str]]
) -> Iterator[tuple[AuditRule, Node]]:
    """Each rule an order breaks, in the order they were written."""
    orders = encounter.inner["fsi_order_dtos"]
    ordered = Counter(each["hilist_code"] for each in orders)
    elsewhere = {code for code, mdtrt_id in earlier if mdtrt_id != encounter["mdtrt_id"]}
    for order in orders:
        item = call.reference.items.get(order["hilist_code"])
        times = ordered[order["hilist_code"]] + (order["hilist_code"] in elsewhere)
        found = {
            "same_drug_same_day": times if item and item.drug else 0,
            "supply_days": _days(order),
            "public_health": 1 if item and item.public_health else 0,
            "unknown_item": 1 if item is None else 0,
        }
        for rule in call.reference.audit_rules:
            if found[rule.kind] > rule.limit:
                yield rule, order


def _days(order: Node) -> int:
    """For how many days something was ordered; 0 when nothing is said."""
    if not order["drord_begn_date"] or not order["drord_stop_date"]:
        return 0
    begin, stop = (
        datetime.strptime(order[name], TIME)  # noqa: DTZ007  # Only their distance is asked.
        for name in ("drord_begn_date", "drord_stop_date")
    )
    return (stop - begin).days


def _already_today(call: Call, psn_no: str) -> set[tuple[str, str]]:
    """Item and visit of everything settled for someone today, wherever."""
    rows = call.book.rows(
        "SELECT lines.item, settlements.mdtrt_id FROM settlements JOIN lines"
        " ON lines.mdtrt_id = settlements.mdtrt_id"
        " AND lines.chrg_bchno = settlements.chrg_bchno"
        " WHERE settlements.psn_no = ? AND settlements.at BETWEEN ? AND ?"
        " AND settlements.state = 'settled'",
        psn_no,
        f"{call.today.isoformat()} 00:00:00",
        f"{call.today.isoformat()} 23:59:59",
    )
    return {(row["item"], row["mdtrt_id"]) for row in rows}


def _violation(
    call: Call, rule: AuditRule, patient: Node, encounter: Node, order: Node
) -> dict[str, Json]:
    number = call.identifier("audit")
    return {
        "jr_id": number,
        "rule_id": rule.rule_id,
        "rule_name": rule.name,
        "vola_cont": f"{order['hilist_name'] or order['hilist_code']}:{rule.words}",
        "patn_id": patient["patn_id"],
        "mdtrt_id": encounter["mdtrt_id"],
        "judge_result_detail_dtos": [
            {
                "jrd_id": f"{number}01",
                "patn_id": patient["patn_id"],
                "mdtrt_id": encounter["mdtrt_id"],
                "rx_id": order["rx_id"],
                "vola_item_type": order["hilist_type"] or None,
                "vola_amt": order["sumamt"] or None,
            }
        ],
        "vola_amt": order["sumamt"] or None,
        "vola_amt_stas": "1",
        "sev_deg": rule.severity,
        "vola_evid": None,
        "vola_bhvr_type": "1",
        "task_id": call.data["task_id"] or None,
    }
