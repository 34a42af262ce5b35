"""The province: said no, was away, or was silent. Only the last leaves money in doubt."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

CHECKING = "正在向医保中心核实，不会重复扣费。"
"""The one promise while an outcome is unknown."""

WORDS = {
    "province.no_answer": Words(
        resident=CHECKING,
        doctor="已经发出，医保中心还没有回应。系统会自动查清，请不要重新结算。",
        technician="请求可能已到达；按 5203 查询、2601 冲正处理，不重发。",
    ),
    "province.nonsense": Words(
        resident=CHECKING,
        doctor="医保中心的回应看不懂。系统会自动查清，请不要重新结算。",
        technician="应答不是合法的报文；原文见日志。",
    ),
    "province.amounts_do_not_add_up": Words(
        resident=CHECKING,
        doctor="医保中心给的金额对不上，系统没有采用，正在查清。请不要重新结算。",
        technician="应答金额不满足恒等式；原文见日志。",
    ),
    "line.away": Words(
        resident="网络暂时不通，请稍候。",
        doctor="连不上医保中心。可以继续看病和扫药，网络恢复后再结算。",
        technician="省平台连不上；检查网络与省平台地址。",
    ),
    "line.answer_unusable": Words(
        resident="请稍候，医生正在再查一次。",
        doctor="医保中心这一次没有回应好，可以再试一次。",
        technician="没有应答，或应答不能用；这一步不涉及资金，可以重发。",
    ),
    "province.away": Words(
        resident="网络暂时不通，这一步还没有办。",
        doctor="连不上医保中心，这一步没有发出。可以继续登记和扫药，网络恢复后再办。",
        technician="域名解析或连接失败，没有字节发出；检查网络与省平台地址。",
    ),
    "province.certificate": Words(
        resident="网络暂时不通，这一步还没有办，没有扣钱。",
        doctor="医保中心的安全证书通不过，这一步没有发出。可以继续登记和扫药；请联系技术员。",
        technician="TLS 握手失败，没有字节发出：先查本机时钟，再查省平台证书是否过期、"
        "province_ca_file 是否齐全；原因见日志。",
    ),
    "province.request_too_long": Words(
        resident="这一步还没有办，没有扣钱，请稍候。",
        doctor="这张单子太长，医保中心收不下，没有发出。请分成两次就诊，或联系技术员。",
        technician="input 超过接口规定的 40000 字符；交易号与长度见日志。",
    ),
    "province.no_such_catalogue": Words(
        resident=RESIDENT_WAITS,
        doctor="没有这一类目录可以下载，不影响看病和结算。请联系技术员。",
        technician="只有 1301 至 1315（1304、1312 除外）以文件下载。",
    ),
    "crypto.key_unusable": Words(
        resident=RESIDENT_WAITS,
        doctor="这台终端的签名密钥不能用，这一步没有发出。请联系技术员。",
        technician="SM2 或 SM4 密钥的长度、字符或取值不对；算法与规则见日志。"
        "检查 sm2_key_file、province_sm2_public_key、sm4_key。",
    ),
    "crypto.not_decryptable": Words(
        resident=RESIDENT_WAITS,
        doctor="加密的内容打不开，没有采用。请联系技术员。",
        technician="SM4 解密失败：密钥不是加密所用的那一把，或内容已损坏。",
    ),
    "province.refused": Words(
        resident="医保中心这次没有同意，请问医生。",
        doctor="医保中心没有同意，这一步没有办成。请看原话，改好后再办。",
        technician="infcode 不为 0；原话见账单与日志。",
    ),
    "province.contradiction": Words(
        resident=CHECKING,
        doctor="医保中心的回应前后不一致。系统会自动查清，请不要重新结算。",
        technician="infcode 为 0 却带有 err_msg；涉及资金，按不确定处理。",
    ),
    "province.system_error": Words(
        resident=CHECKING,
        doctor="医保中心的系统出了错，结果不明。系统会自动查清，请不要重新结算。",
        technician="infcode 为 -1；涉及资金，按不确定处理。",
    ),
    "province.not_admitted": Words(
        resident=RESIDENT_WAITS,
        doctor="医保中心不认这台终端，这一步没有办成。请联系技术员。",
        technician="网关返回 401 或 403；检查密钥、账号与系统时钟。",
    ),
    "province.request_incomplete": Words(
        resident="请稍候，医生正在处理。",
        doctor="送医保中心的资料不全，这一步没有发出。请联系技术员。",
        technician="报文字段缺失或超长；字段与规则见日志。",
    ),
    "province.sale_refused": Words(
        resident=RESIDENT_WAITS,
        doctor="医保中心没有收下这盒药的销售记录，不影响已结算的钱。请看原话，并留下药盒备查。",
        technician="3505A 的 retRslt 不为 1。",
    ),
    "province.stock_refused": Words(
        resident=RESIDENT_WAITS,
        doctor="医保中心没有收下这条盘点或出入库记录，不影响看病和结算。请看原话，核对后再报。",
        technician="3501 或 3502 的 retRslt 不为 1；原话见库存页。",
    ),
    "digest.unreadable": Words(
        resident=RESIDENT_WAITS,
        doctor="今天的已售追溯码名单不能用，断网时不能提前提醒卖过的药盒。不影响看病和结算。",
        technician="已售追溯码摘要文件不完整、校验和不对或大小不合理；旧文件保留，原因见日志。",
    ),
    "digest.other_county": Words(
        resident=RESIDENT_WAITS,
        doctor="下载的已售追溯码名单不是本县的，没有采用。不影响看病和结算。请联系技术员。",
        technician="摘要文件的区划与 mdtrtarea_admvs 不同；检查 sold_digest_file。",
    ),
    "digest.not_written": Words(
        resident=RESIDENT_WAITS,
        doctor="今天的已售追溯码名单没能存下来，不影响看病和结算。请联系技术员。",
        technician="摘要文件写不进数据目录；检查磁盘空间与权限。",
    ),
    "digest.too_large": Words(
        resident=RESIDENT_WAITS,
        doctor="已售追溯码名单太大，没有采用。不影响看病和结算。请联系技术员。",
        technician="摘要文件超过 16 MB 的上限；请放宽误报率或分县生成。",
    ),
    "sale.delivery_unknown": Words(
        resident=RESIDENT_WAITS,
        doctor="这种药没有进货批号，销售记录暂时报不了，不影响已结算的钱。请补进货资料。",
        technician="目录中该药缺少批号、批次或生产日期。",
    ),
}
