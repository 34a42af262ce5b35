"""What the pages themselves answer: wrong addresses, bad forms, strangers."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

WORDS = {
    "page.not_found": Words(
        resident="没有这个页面，请告诉医生。",
        doctor="没有这个页面。请回到首页。",
        technician="路径不存在。",
    ),
    "page.wrong_method": Words(
        resident="这一步没有做成，请告诉医生。",
        doctor="这个地址不能这样打开。请回到首页。",
        technician="请求方法不对。",
    ),
    "page.bad_form": Words(
        resident="没有按上，请再按一次。",
        doctor="没有按上，什么都没有改变。请看屏幕再按一次。",
        technician="表单缺少字段或格式不对。",
    ),
    "page.too_big": Words(
        resident="这一步没有做成，请告诉医生。",
        doctor="送来的内容太长，没有处理。",
        technician="请求体超过上限。",
    ),
    "page.other_site": Words(
        resident="这一步没有做成，请告诉医生。",
        doctor="这个操作不是从本终端的屏幕来的，没有处理。请在终端屏幕上操作。",
        technician="跨站请求被拒绝。",
    ),
    "page.unknown_host": Words(
        resident="请在终端的屏幕上打开。",
        doctor="请在终端自己的屏幕上打开。",
        technician="请求的主机名不在允许之列；见设置。",
    ),
    "page.broken": Words(
        resident="屏幕出了点问题，请告诉医生。",
        doctor="屏幕出了点问题。请刷新页面，按屏幕上的状态继续，并告诉技术员。",
        technician="页面程序出错；见日志。",
    ),
}
