"""A file for support, backups, and a terminal that takes the place of a broken one."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _technician(doctor: str, technician: str) -> Words:
    return Words(RESIDENT_WAITS, doctor, technician)


WORDS = {
    "support.not_written": _technician(
        "诊断文件没写成，请告诉技术员。",
        "诊断文件写不进去：看目录在不在、能不能写、U盘满没满。",
    ),
    "backup.no_safe": _technician(
        "备份没有设置好，请告诉技术员。",
        "没有设 backup_public_key（县里保险箱的公钥），不做备份。",
    ),
    "backup.not_written": _technician(
        "备份没写成，请告诉技术员。",
        "备份写不进去：看U盘还在不在、满没满；原来的备份没有动。",
    ),
    "backup.too_large": _technician(
        "备份太大，请告诉技术员。",
        "备份超过上限：联系厂家，不要删库。",
    ),
    "backup.wrong_form": _technician(
        "这份备份不能用，请告诉技术员。",
        "不是备份文件，或是内容不全、另一版程序做的。",
    ),
    "backup.not_signed": _technician(
        "这份备份不能用，请告诉技术员。",
        "备份的签名不对：文件头被改过，或不是终端做的。",
    ),
    "backup.cut": _technician(
        "这份备份不全，请告诉技术员。",
        "备份被截断：U盘拔早了或拷贝没完，换上一份或重新拷。",
    ),
    "backup.changed": _technician(
        "这份备份不能用，请告诉技术员。",
        "备份有一块打不开：被改过、调换过，或U盘坏了；重新拷一份。",
    ),
    "backup.other_key": _technician(
        "这份备份打不开，请告诉技术员。",
        "备份不是给这把保险箱钥匙（backup_public_key）做的，或钥匙不对。",
    ),
    "backup.other_clinic": _technician(
        "这是别的诊所的备份。",
        "备份里的机构编码不是本终端的 fixmedins_code。",
    ),
    "backup.not_resealed": _technician(
        "县里还没有同意用这份备份，请告诉技术员。",
        "县里的换封文件不对：须是县保险箱签的、就这份备份、就这台终端；在县里重做 county reseal。",
    ),
    "backup.older": _technician(
        "这不是最新的备份，请告诉技术员。",
        "同一处有更新的备份，旧的不用：用最新的一份。",
    ),
    "backup.none_here": _technician(
        "没有找到备份，请告诉技术员。",
        "目录里（或县里）没有本机构的完整备份。",
    ),
    "backup.county_refused": _technician(
        "县里没有收备份，请告诉技术员。",
        "县里拒绝：证书不是本机构的、终端没有入网登记或已被替换，或不是最新的备份。",
    ),
    "backup.county_away": _technician(
        "县里暂时收不了备份，会再试。",
        "县里的服务器出错，明晚再试；急用就写到U盘（backup --to）。",
    ),
    "restore.store_there": _technician(
        "这台终端里已经有数据，不能再恢复。",
        "data_dir 里已有 terminal.db：接替的必须是空终端；确认无用后先 clinic-terminal wipe。",
    ),
    "restore.key_wanted": _technician(
        "要等县里同意，请告诉技术员。",
        "把这台终端的公钥报给县里（clinic-terminal public-key），县里做 county reseal，"
        "把得到的 .key 文件放在备份旁边再来。",
    ),
    "restore.not_written": _technician(
        "恢复没有做成，请告诉技术员。",
        "恢复时写不进去（磁盘满了或只读）：什么也没有改，腾出空间再来。",
    ),
    "restore.from_where": _technician(
        "没有说从哪里恢复。",
        "要么给出目录，要么 --county，只能选一个。",
    ),
    "restored.cannot_be_asked": Words(
        "您的这一笔要先问清楚医保中心，请稍候。",
        "旧终端可能已经结过这一笔，这里查不到。请打电话问医保中心；结过就离开这次就诊，没结过就重新开一次就诊。",
        "find_by_visit 关着，5203 不能按就诊查：恢复前的就诊不再自动结算。",
    ),
    "restored.box_sold": Words(
        "您的这一笔要先问清楚医保中心，请稍候。",
        "这里有药盒在备份之后已经卖出（旧终端自费卖的，或结在另一张单上），这里不再自动结算。"
        "卖过就离开这次就诊，没卖过就重新开一次就诊。",
        "备份之后 3513 里有这盒药的销售，本机没有：不自动结算，由医生看。",
    ),
    "restored.taken_back": Words(
        "您的这一笔要先问清楚医保中心，请稍候。",
        "旧终端结过这一笔，后来又撤销了，这里不再自动结算。不用再结就离开这次就诊，要结就重新开一次就诊。",
        "备份之后旧终端结算又退费（5203 有退费标志）：不自动结算，由医生看。",
    ),
    "restored.which_bill": Words(
        "您的这一笔要先问清楚医保中心，请稍候。",
        "旧终端结过一笔，不能确定是不是这一笔。请看医保中心的记录：是这一笔就离开这次就诊，不是就重新开一次就诊。",
        "恢复前后有同样金额的几笔，或只有一部分结过：不自动结算，由医生看。",
    ),
}
