"""What the checks of the parts say: codes that only a technician's page shows.

Their English, and that of every other code which a technician may meet, stands in
technician_words/english.py.
"""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_CALLS = "设备检查有一条提示，看病照常；请告诉技术员。"


def _only(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_CALLS, technician=technician)


WORDS = {
    "part.not_fitted": _only("这台终端没有装这个部件，或设置里没有启用。"),
    "part.few_frames": _only("画面太慢。换一个 USB 口或换线，光线暗也会拖慢画面。"),
    "part.small_picture": _only("画面太小，站远了认不出。换一个至少 640×480 的摄像头。"),
    "part.not_measured": _only("这套模型的阈值没有实测，按保守值使用；请用 evaluate 命令测一次。"),
    "part.enrol_anew": _only("有人的模板来自别的模型，刷脸认不出；请医生在他们来时重新登记。"),
    "part.nothing_heard": _only("端口开着，但开机以后没收到字节。扫一下试试；没有就是接错口。"),
    "part.noise": _only("杂讯比码还多。检查波特率、线和接地。"),
    "part.unended": _only("有的码没有结束符。把扫码枪的后缀设为 CR。"),
    "part.papers_waiting": _only("有单据等着打印；打印机好了会自己接着打。"),
    "part.disk_full": _only("磁盘快满了，新的就诊可能存不下。马上清理或换卡。"),
    "part.disk_short": _only("磁盘剩余不到 1 GB。近期清理或换大一点的卡。"),
    "part.disk_slow": _only("读一条记录太慢，存储卡可能在老化。备份后换卡。"),
    "part.long_silent": _only("很久没有收到医保中心的回答。到“网络”页逐步试一次。"),
    "part.clock_wrong": _only("时钟不对：比已有记录还早，或年份不对。校准时间，检查纽扣电池。"),
    "part.keys_unknown": _only("不知道密钥从哪里来；检查 key_source 设置。"),
    "part.keys_weak": _only("密钥在本机文件里，只锁定到这台机器。有条件时改用系统凭据或安全芯片。"),
    "part.no_catalogue": _only(
        "没有药品和服务目录，卖不了东西。设置 drugs_file 和 services_file。"
    ),
    "part.filter_old": _only("已售码清单太旧或没有下载到，断网时不能提醒。联网后会自己更新。"),
    "part.no_voice": _only("声音文件夹是空的，什么也念不出来。重新安装，或检查 voice_pack。"),
    "part.assets_missing": _only("网页需要的文件缺了，按钮会变慢。运行 models pull。"),
    "network.not_used": _only("这条线路不用这一步。"),
    "network.not_reached": _only("前面一步没通过，这一步没有试。"),
    "network.no_such_name": _only("查不到这个域名。检查网线、DNS 和 province_url。"),
    "network.no_connection": _only("连不上这个地址和端口。检查专线、路由和防火墙。"),
    "network.not_admitted": _only("网关不认我们：核对 province_paasid、province_secret 和时间。"),
    "network.gateway_broken": _only("网关出了故障，或它后面的平台不在。稍后再试，或问医保中心。"),
    "network.kept_sign_in": _only("今天已签到，不再重复：正在进行的结算要用这次签到。"),
}
