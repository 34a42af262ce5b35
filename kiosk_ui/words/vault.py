"""Keys: a source that is away, a key that does not fit, a terminal that was wiped."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _technical(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


_CALL = "终端的钥匙有问题，现在不能办理。请联系技术员，不要删除任何文件。"

WORDS = {
    "vault.key_not_written": _technical(
        "终端的钥匙写不进去，请联系技术员。", "密钥目录不可写；检查磁盘与权限。"
    ),
    "vault.key_unreadable": _technical(
        "终端的钥匙读不出来，请联系技术员。", "密钥读不出、损坏或长度不对；用备份的密钥恢复。"
    ),
    "vault.key_open_to_others": _technical(
        "终端的钥匙没有锁好，请联系技术员。", "密钥文件权限过宽；应只有运行用户可读。"
    ),
    "vault.key_missing": _technical(
        _CALL,
        "数据库在，密钥不在；不会另造新密钥。"
        "检查 key_source、systemd 凭据与 keys 目录，把原密钥放回。",
    ),
    "vault.other_device": _technical(
        "这些记录是另一台终端的，在这台上打不开。请联系技术员。",
        "密钥文件锁在另一台机器上（/etc/machine-id 不同）。"
        "数据目录不能拷贝到别的机器上用；若是本机重装，恢复原来的 machine-id。",
    ),
    "vault.source_read_only": _technical(
        "终端的钥匙不能在这里更换，请联系技术员。",
        "密钥来自 systemd 凭据，终端不能写；新密钥用 systemd-creds 封好，"
        "以 database.next.key 等名字交给服务。",
    ),
    "vault.no_credentials": _technical(
        _CALL,
        "key_source 为 credentials，但 systemd 没有交来凭据；检查 LoadCredentialEncrypted。",
    ),
    "vault.no_element": _technical(
        _CALL, "key_source 为 secure_element，但本机没有接安全芯片的驱动；改 key_source。"
    ),
    "vault.element_away": _technical(
        "终端的安全芯片没有回应，请联系技术员。", "安全芯片（PSAM）不在或接触不良；重新插好再启动。"
    ),
    "vault.element_wrong_pin": _technical(
        "终端的安全芯片打不开，请联系技术员。",
        "安全芯片的口令不对；剩余次数见事实，用完即锁死，先核对再试。",
    ),
    "vault.element_wiped": _technical(
        _CALL, "安全芯片已被清空，里面的密钥没有了；用备份的密钥恢复，否则记录打不开。"
    ),
    "vault.template_unreadable": Words(
        resident="现在不能刷脸，请把身份证号告诉医生",
        doctor="有人的人脸模板打不开，刷脸认不出他们。看病照常，请输入身份证号；方便时重新登记。",
        technician="模板的封存密钥不对或内容损坏；个数见设备状态页，重新登记即可。",
    ),
    "wipe.no_terminal": _technical(
        "这里没有终端的记录，什么都没有删除。",
        "目录里既没有数据库也没有密钥；检查 data_dir。",
    ),
    "wipe.not_erased": _technical(
        "有文件没有删掉，请联系技术员。",
        "密钥已先销毁，数据库打不开了；但有文件删不掉，原因见事实，手工删除。",
    ),
}
