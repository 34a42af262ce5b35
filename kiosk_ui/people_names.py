"""What families, companions and their papers are called on the doctor's pages."""

from __future__ import annotations

from terminal.core.families import Basis, Scope

MEMBER_RELATIONS = (
    "儿子", "女儿", "父亲", "母亲", "丈夫", "妻子",
    "孙子", "孙女", "爷爷", "奶奶", "外公", "外婆",
)  # fmt: skip
"""What a member is to the holder: one tap each, and anything else is typed."""

COMPANION_RELATIONS = (
    "母亲", "父亲", "奶奶", "爷爷", "外婆", "外公",
    "儿子", "女儿", "爱人", "亲戚", "邻居", "村干部",
)  # fmt: skip
"""What a companion is to the person treated."""

GUARDIAN_RELATIONS = ("母亲", "父亲", "奶奶", "爷爷", "外婆", "外公")
"""What a guardian is to a child under fourteen."""

SCOPES: dict[str, str] = {
    Scope.SETTLE: "看病结算",
    Scope.COLLECT: "代取药",
    Scope.ASK: "查账目",
}

BASES: dict[str, str] = {
    Basis.FACE: "本人看镜头办的",
    Basis.DOCUMENTS: "看证件办的",
    Basis.WITNESS: "医生作证办的",
    Basis.PROVINCE: "医保中心登记的",
    Basis.CARRIED_OVER: "以前办的",
}

DOCUMENTS = {
    "household_register": "户口本",
    "birth_certificate": "出生医学证明",
    "guardianship": "监护证明",
}
"""Kinds of papers that show whose child somebody is (core/families.Binding.document)."""

WITNESS_REASONS = {
    "infant": "婴幼儿",
    "dementia": "认不清人（失智）",
    "facial_palsy": "面瘫",
}
"""Why somebody can give no face (core/families.Binding.reason)."""

TERMS_MONTHS = {1: "一个月", 12: "一年", 36: "三年"}
TERM_OFFERED = 12
"""Chosen unless another is: a year brings everybody back once, and nobody every month."""
