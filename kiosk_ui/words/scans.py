"""One sentence for each thing that a scan can turn out to be."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_KEPT_AWAY = "内容未保存，也未记入日志。"


def _scan(doctor: str, technician: str) -> Words:
    """A wrong scan is the doctor's to mend; the resident only sees that work goes on."""
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "scan.accepted": Words(
        resident="已记下这一盒",
        doctor="已记入账单。",
        technician="追溯码有效，已对照到目录。",
    ),
    "scan.trace_code": _scan("这是药品追溯码，可以用。", "20 位，8 开头；前 7 位是药品标识码。"),
    "scan.gs1": _scan("这是药品追溯码，可以用。", "GS1，01 商品加 21 单盒序列号。"),
    "scan.noise": _scan("没有扫到，请再扫一次。", "空行、NR 或扫码枪应答。"),
    "scan.glued": _scan(
        "两次扫码连在一起了，请一盒一盒重新扫。", "两帧粘连；把扫码枪结束符设为 CR。"
    ),
    "scan.cut": _scan("没有扫完整，请对准药品追溯码再扫一次。", "以 8 开头的数字，长度不是 20。"),
    "scan.product_only": _scan(
        "这是商品信息码，没有单盒号码。请扫盒上写着「药品追溯码」的那个码。",
        "GS1 有 01 没有 21。",
    ),
    "scan.separator_lost": _scan(
        "这个码读得不全，不能用。请再扫一次；若还这样，请联系技术员设置扫码枪。",
        "GS1 分隔符丢失；把扫码枪设为发送 GS(0x1D)。",
    ),
    "scan.shipping_label": _scan(
        "这是物流箱的标签，请扫小盒上的药品追溯码。", "SSCC（00 开头）或箱内数量（02+37）。"
    ),
    "scan.commodity_code": _scan(
        "这是商品条码。请扫旁边写着「药品追溯码」的那个码。", "EAN/UPC，多为 69 开头。"
    ),
    "scan.standard_code": _scan(
        "这是药品本位码。请扫写着「药品追溯码」的那个码。", "14 位，869 开头。"
    ),
    "scan.carton": _scan("这是整箱的码，请扫小盒上的药品追溯码。", "GTIN-14 箱码。"),
    "scan.identity_card": _scan(
        "这是身份证号，没有保存。要用身份证号看病，请在登记处输入。", "身份证号；" + _KEPT_AWAY
    ),
    "scan.payment_code": _scan(
        "这是付款码，没有扣钱。现在请扫药盒。", "微信、支付宝或银联付款码；" + _KEPT_AWAY
    ),
    "scan.insurance_voucher": _scan(
        "这是医保码，没有保存。现在请扫药盒。", "28 位电子凭证；" + _KEPT_AWAY
    ),
    "scan.insurance_drug_code": _scan(
        "这是医保编码标签。请扫写着「药品追溯码」的那个码。", "X/Z 开头的国家医保药品代码。"
    ),
    "scan.url": _scan("这是网址的二维码。请扫写着「药品追溯码」的那个码。", "URL。"),
    "scan.text": _scan(
        "这是处方、小票或说明文字的码。请扫药盒上的药品追溯码。", "JSON、分隔文本或中文。"
    ),
    "scan.unknown": _scan(
        "认不出这个码。请看看是不是药品追溯码，再扫一次。",
        "不符合任何已知码制；也可能是扫码枪自己的设置码，设好后请关闭设置码识读。",
    ),
    "scan.other_maker": _scan(
        "这个码的编码方式还没有登记，先不记账。请核对药盒，找到这种药再确认；拿不准就换一盒。",
        "20 位数字但不以 8 开头，或 MA、OID 形式；可能是企业自有码制。",
    ),
    "scan.no_visit": _scan(
        "柜台上还没有人。请先刷脸或输入身份证号，再扫药。", "没有可记入的就诊。"
    ),
    "scan.not_in_catalogue": _scan(
        "本所药品目录里没有这种药，不能记账。请换一盒，或联系技术员更新目录。",
        "追溯码前 7 位没有对照到目录。",
    ),
    "scan.same_box": _scan(
        "这一盒已经扫过了，没有重复记账。请扫下一盒。", "本次就诊内追溯码重复。"
    ),
    "scan.sold_before": _scan(
        "这一盒以前已经卖出过，不能再记账。请换一盒，并把这盒留下备查。",
        "追溯码已在以前的就诊中使用。",
    ),
    "scan.too_late": _scan(
        "这位居民的账已经确认，不能再加药。请先接待下一位，或另开一次就诊。",
        "就诊已过可加项目的状态。",
    ),
    "scan.person_first": _scan(
        "还没有确认是本人，这一盒没有记账。请先确认，再扫。", "就诊未到可扫码的状态。"
    ),
}
