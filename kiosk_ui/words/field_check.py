"""What the self-check says, and the battery's words."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_CALLS = "设备检查有一条提示，看病照常；请告诉技术员。"


def _only(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_CALLS, technician=technician)


WORDS = {
    "power.low": Words(
        resident="机器快没电了，这笔先不结，没有扣钱。请等医生插上电。",
        doctor="电池快用完了，不再开始新的结算。请插上电源再确认；或先放一边，有电了再办。没有扣钱。",
        technician="电量不到 10%，不开始新的结算；在办的会办完。接上电源，检查充电。",
    ),
    "power.short": Words(
        resident=RESIDENT_WAITS,
        doctor="电池不多了，请插上电源。",
        technician="电量不到 25%。接上电源；总充不满就换电池。",
    ),
    "check.too_dark": _only("画面太暗。开灯，或把镜头转离背光。"),
    "check.too_bright": _only("画面太亮。避开窗口和灯，或拉上窗帘。"),
    "check.out_of_focus": _only("人脸不清楚。擦镜头、揭掉保护膜，再调焦。"),
    "check.camera_changed": _only(
        "摄像头和上次检查的不是同一个。是你换的，就运行 check --this-camera；不是，查清谁动过。"
    ),
    "check.store_damaged": _only("数据库或存储卡读出来的和写进去的不一样。马上备份，换卡。"),
    "check.store_slow": _only("数据库读一遍太久。存储卡可能在坏，备份后换卡。"),
    "check.disk_read_only": _only("数据目录写不进去。存储卡可能已变只读：换卡，查目录权限。"),
    "check.card_worn": _only("存储卡寿命快用完。备份，在一个月内换卡。"),
    "check.clock_alone": _only("开机后还没有对过时。检查网络和对时服务 systemd-timesyncd。"),
    "check.clock_skewed": _only("本机时间和医保中心差两分钟以上，会被拒签。对时，查纽扣电池。"),
    "check.ledger_broken": _only("账本末尾和封存的对不上。不要清除，运行 ledger verify 并上报。"),
    "check.slow_board": _only("这块板子看一张脸太慢。查温度和别的程序，或换快一点的板子。"),
    "check.too_hot": _only("太热，随时会自己停。马上通风、清灰，移开热源。"),
    "check.hot": _only("偏热，会变慢。清灰，离墙一掌宽，不要晒到太阳。"),
    "check.not_signed_in": _only("今天还没有签到。联网后会自己签；出门前请先签到。"),
    "check.no_battery": _only("没有看到电池，出诊路上不能断电使用。"),
    "check.trip_battery": _only("电池撑不过一次出诊（一个半小时）。充满再出门，或带充电宝。"),
}
