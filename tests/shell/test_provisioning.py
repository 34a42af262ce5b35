"""From a bare board to a working clinic, against a county and a province of the sandbox."""

import base64
import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from drivers.simulated.county.enrolment import CountyEnrolment
from terminal import clock
from terminal.assembly.keys import open_settled_store
from terminal.certificates import new_tls_key
from terminal.core.enrolment_answer import Erasure, erasure_text, read_erasure
from terminal.core.faults import Fault, Refused
from terminal.core.provisioning import Step, StepState
from terminal.identity import Identity, renew
from terminal.province.post import Post
from terminal.settings_file import read_settings
from tests.clinic import charges
from tests.longer import longer
from tests.shell.provision_place import CLINIC, OTHER_CLINIC, PARTS, bench, failed, rested


@pytest.fixture
def board(tmp_path):
    with bench(tmp_path) as machine:
        yield machine


def code_raised(act, *given):
    with pytest.raises(Fault) as fault:
        act(*given)
    return fault.value.code


def test_a_card_makes_a_bare_board_a_clinic_that_settled_and_cancelled_one_fen(board):
    view = board.provisioned()
    assert failed(view) == ("", ""), [(s.code, dict(s.facts)) for s in view.steps]
    assert view.is_done
    assert view.parts == PARTS
    with board.provisioning() as machine:
        sheet = machine.sheet()
        assert machine.view().is_done
    assert sheet.setl_id
    assert sheet.cancelled_setl_id
    assert set(sheet.seconds) == set(Step)
    settings = read_settings(board.places.settings_file)
    assert settings.fixmedins_code == CLINIC
    assert settings.county_url == board.office.address
    assert not (board.data_dir / "identity" / "answer.signed").exists()


class PowerCutError(BaseException):
    """Not an Exception, so that nothing survives it."""


METHODS = {
    "device_key": Step.KEYS,
    "send": Step.ENROL,
    "write_settings": Step.SETTINGS,
    "parts": Step.PARTS,
    "sign_in": Step.SIGN_IN,
    "trial_visit": Step.TRIAL_VISIT,
    "print_sheet": Step.SHEET,
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("method", longer(METHODS, {"send", "write_settings", "trial_visit"}))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_power_cut_in_any_step_is_gone_on_from_and_charges_once(board, method, when):
    card = board.card()
    whole = getattr(board.works, method)

    def cut(*given):
        if when == "after":
            whole(*given)
        raise PowerCutError

    setattr(board.works, method, cut)
    with board.provisioning() as machine:
        machine.take_card(card.text)
        machine._thread.join(15)  # noqa: SLF001 - it ends with the power.
        assert not machine._thread.is_alive()  # noqa: SLF001
        setattr(board.works, method, whole)
    with board.provisioning() as machine:
        if METHODS[method] in (Step.KEYS, Step.ENROL):
            assert machine.view().steps[0].state is StepState.WAITING
            assert not board.places.settings_file.exists()
            machine.take_card(card.text)
        view = rested(machine)
    assert view.is_done, failed(view)
    assert charges(board.province) == []
    assert len(board.province.book()["settlements"]) == 1


@pytest.mark.parametrize("cut", [False, True])
def test_another_card_does_not_make_an_open_fen_forgotten(board, cut):
    """Forgotten, it was never taken back, and no other could be made beside it."""
    board.province.faults.plant("lost_after_commit", "2207A")
    with board.provisioning() as machine:
        machine.take_card(board.card().text)
        assert failed(rested(machine)) == ("trial_visit", "provision.trial_unknown")
        assert len(charges(board.province)) == 1
        again = board.card()
        if cut:
            board.office.loses_answers = 1
            machine.take_card(again.text)
            assert failed(rested(machine)) == ("enrol", "enrol.away")
        else:
            machine.take_card(again.text)
            rested(machine)
    with board.provisioning() as machine:
        if cut:
            machine.take_card(again.text)
        assert rested(machine).is_done
    assert charges(board.province) == []
    assert len(board.province.book()["settlements"]) == 1


def test_an_answer_of_the_county_that_was_lost_is_asked_for_again(board):
    card = board.card()
    board.office.loses_answers = 1
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert failed(rested(machine)) == ("enrol", "enrol.away")
        machine.try_again()
        assert rested(machine).is_done


def test_a_card_is_taken_by_one_device_alone(board, tmp_path):
    card = board.card()
    card.taken_by = "04" + "ab" * 64
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert failed(rested(machine)) == ("enrol", "enrol.card_used")
    assert not board.places.settings_file.exists()


def test_a_revoked_card_is_refused_by_the_county(board):
    card = board.card()
    card.revoked = True
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert failed(rested(machine)) == ("enrol", "enrol.card_revoked")


def test_a_card_is_used_once_here_and_never_again(board):
    card = board.card()
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert rested(machine).is_done
    with board.provisioning() as machine:
        assert code_raised(machine.take_card, card.text) == "card.used"


def test_a_typed_code_fetches_the_card(board):
    card = board.card()
    with board.provisioning() as machine:
        assert code_raised(machine.take_code, "0" * 11 + "1", "") == "card.code_wrong"
        machine.take_code(card.code.lower(), "")
        assert rested(machine).is_done


BAD_SETTINGS = {
    "enrol.not_theirs": {"data_dir": "/tmp"},  # noqa: S108
    "enrol.other_clinic": {"fixmedins_code": "H43102400999"},
    "settings.wrong_value": {"mdtrtarea_admvs": "none"},
}


@pytest.mark.parametrize("code", BAD_SETTINGS)
def test_settings_that_the_county_may_not_write_are_refused_whole(board, code):
    card = board.card()
    card.settings = board.settings(**BAD_SETTINGS[code])
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert failed(rested(machine)) == ("settings", code)
    assert not board.places.settings_file.exists()


def test_a_certificate_that_is_not_for_this_key_clinic_and_time_is_refused(board):
    enrolment = board.office.enrolment
    identity = Identity(board.data_dir / "identity", board.works._vault().tls_keys)  # noqa: SLF001
    other = Identity(board.folder / "other", board.works._vault().tls_keys)  # noqa: SLF001
    now, authority = clock.now(), enrolment.authority_pem
    right = enrolment.certify(identity.request(CLINIC, "1"), CLINIC)
    identity.take(right, authority, CLINIC, now)
    strangers = bench_authority()
    wrong = {
        "certificate.not_from_county": (right, strangers, CLINIC),
        "certificate.other_clinic": (right, authority, "H43102400999"),
        "certificate.wrong_form": (b"x", authority, CLINIC),
    }
    for code, (pem, ca, clinic) in wrong.items():
        assert code_raised(other.take, pem, ca, clinic, now) == code
    enrolment.certificate_days = 0
    over = enrolment.certify(identity.request(CLINIC, "1"), CLINIC)
    assert code_raised(other.take, over, authority, CLINIC, now) == "certificate.expired"
    stranger = Identity(board.folder / "stranger", lambda: [new_tls_key()])
    assert code_raised(stranger.take, right, authority, CLINIC, now) == "certificate.other_key"
    assert other.certificate() is None


def test_the_private_key_is_in_no_file_and_in_nothing_that_leaves(board):
    assert board.provisioned().is_done
    (key,) = board.works._vault().tls_keys()  # noqa: SLF001
    number = serialization.load_der_private_key(key, None).private_numbers().private_value
    secret = number.to_bytes(32, "big")
    spelt = (secret, secret.hex().encode(), base64.b64encode(key)[20:60], str(number).encode())
    left = dict(board.every_file())
    left |= {
        f"request {n}": each.encode() for n, each in enumerate(board.office.enrolment.requests)
    }
    for name, data in left.items():
        told = data + b"".join(decoded(data))
        assert not any(each in told for each in spelt), name
        assert b"PRIVATE KEY" not in told, name


def test_the_one_time_secret_and_what_the_county_answered_stay_nowhere(board):
    card = board.card()
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert rested(machine).is_done
        told = json.dumps([dict(each.facts) for each in machine.view().steps])
    for name, data in board.every_file().items():
        assert card.card.secret.encode() not in data + b"".join(decoded(data)), name
        assert card.text.encode() not in data, name
    assert card.card.secret not in told


def decoded(data):
    """What stands in signed lines."""
    for word in data.split():
        if word[:3] == b"CTR" or word[:3] == b"CTA":
            yield base64.urlsafe_b64decode(word[5:] + b"=" * (-len(word[5:]) % 4))


def bench_authority():
    return CountyEnrolment().authority_pem


def test_a_county_is_not_spoken_to_when_its_own_certificate_is_not_believed(board):
    board.works._places = replace(board.places, ca_file=None)  # noqa: SLF001
    with board.provisioning() as machine:
        machine.take_card(board.card().text)
        assert failed(rested(machine)) == ("enrol", "enrol.away")
    assert board.office.enrolment.requests == []


def test_a_clinics_device_is_moved_only_on_purpose_and_nothing_of_it_is_left(board):
    assert board.provisioned().is_done
    old = board.every_file()
    old_key = board.works.device_key().public_key
    card = board.card(OTHER_CLINIC)
    with board.provisioning() as machine:
        assert code_raised(machine.move) == "provision.nothing_to_move"
        assert code_raised(machine.take_card, card.text) == "provision.another_clinic"
        assert machine.view().held_by == "演示村卫生室"
        assert board.every_file()["data/terminal.db"] == old["data/terminal.db"]
        machine.move()
        rested(machine)
    (erasure,) = board.office.enrolment.erasures
    assert (erasure.clinic, erasure.for_card) == (CLINIC, card.card.serial)
    assert erasure.ledger_entries > 0
    assert {"file database", "file device", "file tls"} <= set(erasure.keys)
    assert read_erasure((board.data_dir / "moved.signed").read_text())[1] == old_key
    assert board.works.device_key().public_key != old_key
    new = board.every_file()
    whole = b"".join(data for name, data in new.items() if name != "data/moved.signed")
    for name in ("data/terminal.db", "data/keys/database.key", "data/identity/terminal.crt"):
        assert old[name][:200] not in whole
    assert CLINIC.encode() not in whole
    assert read_settings(board.places.settings_file).fixmedins_code == OTHER_CLINIC


@pytest.mark.parametrize("state", ["waiting", "uncertain"])
def test_a_device_whose_clinics_money_is_open_is_not_moved(board, state):
    assert board.provisioned().is_done
    with closing(open_settled_store(board.bare_settings())) as store, store.transaction() as db:
        db.execute("UPDATE visit SET state = ?", (state,))
        db.execute("UPDATE settlement SET state = ?", (state,))
    before = board.every_file()
    with board.provisioning() as machine:
        card = board.card(OTHER_CLINIC)
        assert code_raised(machine.take_card, card.text) == "provision.another_clinic"
        assert machine.view().waits == 1
        assert code_raised(machine.move) == "provision.money_waits"
    after = board.every_file()
    assert {n for n in before if "terminal.db" not in n} <= set(after)
    assert board.works.held().waits == 1


def test_a_move_that_was_cut_is_carried_through_before_anything_else(board):
    assert board.provisioned().is_done
    card = board.card(OTHER_CLINIC)
    key = board.works.device_key()
    told = Erasure(CLINIC, clock.now(), card.card.serial, 0, "", (), ())
    statement = erasure_text(told, key.public_key, key.sign)
    (board.data_dir / "moving.signed").write_text(statement, "ascii")
    (board.data_dir / "terminal.db").unlink()
    (board.data_dir / "keys" / "database.key").unlink()
    with board.provisioning() as machine:
        assert not (board.data_dir / "moving.signed").exists()
        assert not board.places.settings_file.exists()
        machine.take_card(card.text)
        rested(machine)
    with board.provisioning():
        assert (board.data_dir / "terminal.db").exists()


def test_a_certificate_is_renewed_over_mutual_tls_with_the_same_key(board):
    assert board.provisioned().is_done
    identity, now = board.works.identity(), clock.now()
    before = identity.certificate()
    key, told = board.works.device_key(), (board.office.address, CLINIC, board.works.keys())
    assert not identity.is_due(now)
    assert identity.is_due(identity.expires() - timedelta(days=29))
    stranger = Post(board.places.ca_file, 5.0)
    with closing(stranger):
        assert code_raised(renew, identity, stranger, told, key, now) == "enrol.refused"
    assert identity.certificate() == before
    ours = Post(None, 5.0, identity.context(board.places.ca_file))
    with closing(ours):
        renew(identity, ours, told, key, now)
    assert identity.certificate() != before


def test_refused_is_no_reason_to_lose_the_card(board):
    with board.provisioning() as machine:
        with pytest.raises(Refused):
            machine.try_again()
        assert rested(machine).steps[0].state is StepState.WAITING
