"""The data files hold what the worked cases and the terminal's catalogue need."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.simulated.province import wire
from drivers.simulated.province.fields import FieldTable
from drivers.simulated.province.reference import DATA, read_reference
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.server import SandboxProvince
from drivers.simulated.province.transactions import TRANSACTIONS
from terminal.core.money import Money
from tests.drivers.province_clinic import Clinic

REFERENCE = read_reference()
FIELDS = FieldTable(DATA / "fields.txt")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("person", REFERENCE.people.values(), ids=lambda each: each.name)
def test_an_invented_person_is_nobody_real_and_has_a_right_check_digit(person: object) -> None:
    assert hasattr(person, "id_number")
    number = person.id_number
    remainder = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True)) % 11
    assert number.startswith("99")
    assert number[17] == "10X98765432"[remainder]
    assert number[6:14] == f"{person.birth:%Y%m%d}"
    assert int(number[16]) % 2 == int(person.gend) % 2


def test_a_drug_has_a_well_formed_code_and_a_prefix_of_its_own() -> None:
    drugs = rows("drugs.csv")
    assert len(drugs) >= 80
    coded = [row for row in drugs if not row["exempt"]]
    prefixes = Counter(each for row in coded for each in row["trace_prefixes"].split(";"))
    assert set(prefixes.values()) == {1}
    assert all(re.fullmatch(r"8\d{6}", prefix) for prefix in prefixes)
    assert all(not row["trace_prefixes"] for row in drugs if row["exempt"])
    for row in drugs:
        assert re.fullmatch(r"X[0-9A-Z]{22}|Z[0-9A-Z]{19}|T\d{9}", row["med_list_codg"])
        assert int(row["pack_units"]) >= 1
    codes = [row["med_list_codg"] for row in [*drugs, *rows("services.csv")]]
    assert len(set(codes)) == len(codes)


def test_everyone_and_every_clinic_named_exists() -> None:
    for person in REFERENCE.people.values():
        assert person.mutual_aid is None or person.mutual_aid in REFERENCE.people
        assert all(each.institution in REFERENCE.institutions for each in person.contracts)
    for each in REFERENCE.institutions.values():
        assert each.place.under is None or each.place.under in REFERENCE.institutions
        assert each.code[1:7] == each.place.region


def test_every_placeholder_of_the_rules_says_so_on_its_line() -> None:
    text = (DATA / "benefits.toml").read_text(encoding="utf-8")
    placeholders = re.findall(
        r"^(?:base|employee|chronic|two_diseases)_(?:ratio|limit).*$", text, re.MULTILINE
    )
    assert len(placeholders) == 8 * len(REFERENCE.policies)
    assert all("# PH" in line for line in placeholders)


def test_every_transaction_has_its_fields() -> None:
    assert all(infno in FIELDS for infno in TRANSACTIONS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money.parse("8.00"), "8.00"),
        (Decimal("0.70"), "0.70"),
        (Decimal(999999), "999999"),
        ({"a": [None, True, "药"]}, '{"a":[null,true,"药"]}'),
    ],
)
def test_amounts_are_written_as_exact_numbers(value: wire.Json, text: str) -> None:
    assert wire.write(value) == text


@pytest.mark.parametrize("body", [b"\xff", b"NaN", b"[" * 100_000, b"{", b"1" * 5000, b""])
def test_bytes_that_are_no_json_are_unreadable(body: bytes) -> None:
    with pytest.raises(wire.Unreadable):
        wire.read(body)


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
)
json_values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
)


def a_node(infno: str, node: str) -> st.SearchStrategy[object]:
    names = [line.split()[0] for line in section(infno, node)]
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=8), json_values, max_size=12)


def section(infno: str, node: str) -> list[str]:
    text = (DATA / "fields.txt").read_text(encoding="utf-8")
    same_as = re.search(rf"^\[{re.escape(f'{infno} {node}')}\] = (\[.*\])$", text, re.MULTILINE)
    title = same_as[1] if same_as else f"[{infno} {node}]"
    body = text.split(f"\n{title}\n")[1].split("\n[")[0]
    return [line for line in body.splitlines() if line and not line.startswith("#")]


@settings(max_examples=200)
@given(a_node("2207A", "data") | json_values)
def test_whatever_is_in_a_node_is_read_or_refused(sent: object) -> None:
    refusal = ""
    try:
        [node] = FIELDS.nodes("2207A", {"data": sent})["data"]
    except Rejection as no:
        refusal = no.err_msg
    assert len(refusal) <= 200
    assert refusal or node["psn_no"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=200)
    | json_values
    | st.fixed_dictionaries(
        {"input": st.fixed_dictionaries({"data": json_values}) | json_values},
        optional={"msgid": st.text(max_size=30), "psn_no": json_values},
    )
)
def test_no_body_can_break_the_province(
    province: SandboxProvince, clinic: Clinic, body: object
) -> None:
    sent = body if isinstance(body, bytes) else wire.write(body).encode("utf-8", "replace")
    if isinstance(body, dict) and "input" in body:
        whole = {**clinic.envelope("2206", body["input"]), **body}
        sent = wire.write(whole).encode("utf-8", "replace")
    answer = clinic.post(sent).json()
    assert answer["infcode"] in {-2, -1}
    assert "system_1" not in answer["err_msg"]
    assert province.book()["settlements"] == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(infno=st.sampled_from(sorted(TRANSACTIONS)), fields=st.data())
def test_no_fields_can_break_a_transaction(
    clinic: Clinic, infno: str, fields: st.DataObject
) -> None:
    text = (DATA / "fields.txt").read_text(encoding="utf-8")
    titles = re.findall(rf"^\[{infno} ([^\]]+)\]", text, re.MULTILINE)
    sent: dict[str, object] = {}
    for title in titles:
        filled = {line.split()[0]: fields.draw(plausible(line)) for line in section(infno, title)}
        sent[title.partition("]")[0].rstrip("*?")] = [filled] if "*" in title else filled
    response = clinic.post(clinic.envelope(infno, sent))
    assert response.status_code == 200
    if response.headers["Content-Type"] == "application/octet-stream":
        return
    answer = response.json()
    assert "system_1" not in (answer["err_msg"] or "")


def inner(name: str) -> list[str]:
    text = (DATA / "fields.txt").read_text(encoding="utf-8")
    body = text.split(f"\n[{name}]\n")[1].split("\n[")[0]
    return [line for line in body.splitlines() if line and not line.startswith("#")]


def plausible(line: str) -> st.SearchStrategy[object]:
    """A value that passes the field's own check, so that the rules behind it are met."""
    name, kind, _, *codes = line.split()
    if kind == "DT":
        return st.just("2025-09-20 09:30:00")
    if kind == "D":
        return st.just("2025-09-20")
    if kind == "B":
        return st.sampled_from(["UEsDBA==", "eA==", ""]) | st.lists(st.integers(-128, 255))
    if kind == "@drugtracinfo":
        return st.just([{"drug_trac_codg": "89101110000000000001"}])
    if kind.startswith("@"):
        rows = {each.split()[0]: plausible(each) for each in inner(kind[1:])}
        return st.lists(st.fixed_dictionaries(rows), min_size=1, max_size=2)
    if kind.startswith("N"):
        return st.sampled_from(["1", "0", "-1"])
    if codes:
        text = (DATA / "fields.txt").read_text(encoding="utf-8")
        return st.sampled_from(text.split(f"[{codes[0]}]")[1].split("[")[0].split())
    known = {"psn_no": "43102400000000000001", "mdtrt_cert_no": "991024196503121030"}
    length = int(kind[1:])
    return (
        st.just(known[name])
        if name in known
        else st.text("01AX药", min_size=1, max_size=min(length, 8))
    )
