"""Signing in, roles, and doctors whom the province does not know here."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

WORDS = {
    "operator.sign_in_first": Words(
        resident="请找医生。",
        doctor="屏幕已锁。请先登录，正在办的都还在。",
        technician="这个浏览器没有登录，或登录已到时限（lock_after_s）。",
    ),
    "operator.wrong_role": Words(
        resident="请找医生。",
        doctor="您的身份不能打开这一页。请换人登录。",
        technician="登录的角色不在这个地址的名单里；见 docs/operators.md。",
    ),
    "operator.nobody": Words(
        resident="请找医生。",
        doctor="请技术员在终端上用命令建立第一位技术员，再建立医生，然后在这里登录。"
        "居民照常可以刷脸，但要医生登录以后才能办理。",
        technician="还没有操作员。停下终端，运行 clinic-terminal operator add。没有默认密码。",
    ),
    "operator.pin_wrong": Words(
        resident="请找医生。",
        doctor="密码不对。请再输一次。",
        technician="密码不符；次数有限，记在库里，重启后仍有效。",
    ),
    "operator.locked": Words(
        resident="请找医生。",
        doctor="密码错的次数太多，要等一会儿再试。可以先请别的医生登录。",
        technician="达到 pin_failures_max，等待 pin_locked_s；"
        "或停下终端用 clinic-terminal operator reset-pin 重设。",
    ),
    "operator.pin_weak": Words(
        resident="请找医生。",
        doctor="这个密码太容易猜到。请用 6 到 12 位数字，不要用生日、重复或连续的数字。",
        technician="PIN 须为 6 至 12 位数字，不能是重复、连续或像日期的数字。",
    ),
    "operator.unknown": Words(
        resident="请找医生。",
        doctor="没有这位操作员，或已经停用。请重新选名字。",
        technician="operator_id 不存在或已停用；用 clinic-terminal operator list 查看。",
    ),
    "operator.code_missing": Words(
        resident="请找医生。",
        doctor="医生要有国家医保医生代码才能登录。请联系技术员。",
        technician="建立医生时要给 --code（D 开头，国家医保医师代码）。",
    ),
    "operator.code_taken": Words(
        resident="请找医生。",
        doctor="这个医生代码已经有人在用。请联系技术员。",
        technician="同一代码只能有一位在用的操作员；先停用（operator retire）旧的。",
    ),
    "operator.name_missing": Words(
        resident="请找医生。",
        doctor="操作员要有名字。请联系技术员。",
        technician="--name 为空或超过 50 个字。",
    ),
    "operator.technician_first": Words(
        resident="请找医生。",
        doctor="请技术员先建立第一位技术员。",
        technician="第一位操作员必须是技术员：clinic-terminal operator add --role technician。",
    ),
    "operator.last_technician": Words(
        resident="请找医生。",
        doctor="至少要留一位技术员。请联系技术员。",
        technician="先建立另一位技术员，再停用这一位。",
    ),
    "operator.pin_unreadable": Words(
        resident="请找医生。",
        doctor="没有读到密码。请联系技术员。",
        technician="两次输入不同，或 --pin-file 打不开、不是只有一行、别人也能读（须 0600）。",
    ),
    "operator.pin_hash_unusable": Words(
        resident="请找医生。",
        doctor="这位操作员的密码记录坏了。请技术员重设密码。",
        technician="pin_hash 不可读或参数超限；用 clinic-terminal operator reset-pin 重设。",
    ),
    "operator.face_unknown": Words(
        resident="请找医生。",
        doctor="这张脸没有绑定操作员。请用密码登录。",
        technician="没有在用的操作员绑定这个人；用 clinic-terminal operator face 绑定。",
    ),
    "operator.face_not_seen": Words(
        resident="请找医生。",
        doctor="没有认出您。请正对镜头再试一次，或用密码登录。",
        technician="限时内没有认出绑定的人，或活体、锁定未通过；见人脸记录。",
    ),
    "operator.face_busy": Words(
        resident="请找医生。",
        doctor="镜头正在认另一位。请稍等再试，或用密码登录。",
        technician="同一时刻只为一位操作员看镜头。",
    ),
    "operator.face_not_enrolled": Words(
        resident="请找医生。",
        doctor="这个人还没有登记人脸。请先登记。",
        technician="身份证号在本终端没有模板；先用 clinic-terminal enrol person 登记。",
    ),
    "doctor.not_registered": Words(
        resident="这里暂时不能走医保，可以先记下，或自费。请听医生说明。",
        doctor="医保中心没有您在本机构的登记：可以记录和自费，不能医保结算。"
        "请让本机构登记的医生来办，或联系卫生院补登记。",
        technician="5102 没有查到该国家医师代码在本机构的登记；登录时每天查一次。",
    ),
}
