"""A binding of two people, for tests that need one and do not ask how it came about."""

import uuid
from datetime import date, datetime

from terminal.clock import SHANGHAI
from terminal.core.families import ALL_SCOPES, Basis, Binding
from terminal.store import Store


def bound(
    store: Store,
    holder_id: str,
    member_id: str,
    relation: str = "儿子",
    *,
    valid_from: date = date(2020, 1, 1),
    valid_until: date = date(2099, 1, 1),
    made_at: datetime = datetime(2026, 1, 1, tzinfo=SHANGHAI),
    basis: Basis = Basis.DOCUMENTS,
) -> str:
    """Bind the member to the holder; returns the binding's number."""
    binding = Binding(
        binding_id=uuid.uuid4().hex,
        holder_id=holder_id,
        member_id=member_id,
        relation=relation,
        scopes=ALL_SCOPES,
        basis=basis,
        valid_from=valid_from,
        valid_until=valid_until,
        made_at=made_at,
        witness="D431024000991",
    )
    store.families.bind(binding)
    return binding.binding_id
