"""What somebody is asked to do before the camera. Left and right are their own."""

from __future__ import annotations

from kiosk_ui.words.reader import Words


def _action(resident: str, doctor: str) -> Words:
    return Words(
        resident=resident,
        doctor=f"正在核对是不是真人在镜头前：请居民{doctor}。",
        technician="动作核验进行中；左右以本人为准。",
    )


WORDS = {
    "challenge.turn_left": _action("请慢慢向左转头", "慢慢向他自己的左边转头"),
    "challenge.turn_right": _action("请慢慢向右转头", "慢慢向他自己的右边转头"),
    "challenge.nod": _action("请点点头", "点点头"),
    "challenge.blink": _action("请眨眨眼睛", "眨眨眼睛"),
    "challenge.come_closer": _action("请慢慢靠近一点", "慢慢靠近镜头"),
    "challenge.again": Words(
        resident="没关系，再来一次",
        doctor="刚才没有看清动作，正在重新来。请居民慢慢做。",
        technician="动作核验超时，重新开始。",
    ),
    "challenge.failed": Words(
        resident="没关系，报身份证号也能看病",
        doctor="动作没有核对上。请看本人和证件，输入身份证号。",
        technician="动作核验没有通过；本次改走其他途径。",
    ),
}
