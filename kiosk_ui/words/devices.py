"""Camera and scanner: what is away, and how the work goes on without it."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_NO_CAMERA = "摄像头暂时用不了，请告诉医生身份证号"
_NO_FACE = "刷脸暂时用不了，请告诉医生身份证号"

WORDS = {
    "camera.not_found": Words(
        resident=_NO_CAMERA,
        doctor="没有找到摄像头。请检查插头；看病照常，请输入身份证号。",
        technician="设备节点不存在或打不开；检查连接、权限与设置中的设备路径。",
    ),
    "camera.lost": Words(
        resident=_NO_CAMERA,
        doctor="摄像头断开了。请把插头拔下再插上；看病照常，请输入身份证号。",
        technician="读取画面失败；终端会自动重连。检查线材与供电。",
    ),
    "camera.black": Words(
        resident=_NO_CAMERA,
        doctor="摄像头画面全黑。请看看镜头盖是否打开；看病照常，请输入身份证号。",
        technician="连续画面亮度接近零；检查镜头盖与曝光。",
    ),
    "camera.frozen": Words(
        resident=_NO_CAMERA,
        doctor="摄像头画面不动了。请把插头拔下再插上；看病照常，请输入身份证号。",
        technician="连续画面逐字节相同；设备可能卡死。",
    ),
    "camera.still": Words(
        resident=_NO_FACE,
        doctor="摄像头前像是一张不动的画面，这时不刷脸。请看看镜头前有没有照片或遮挡；"
        "看病照常，请输入身份证号。",
        technician="画面没有活动的痕迹；检查镜头前的照片、屏幕，或被替换的视频源。",
    ),
    "camera.repeats": Words(
        resident=_NO_FACE,
        doctor="摄像头的画面在重复播放，不能用来认人。看病照常，请输入身份证号，并联系技术员。",
        technician="画面成段重复；可能是录像或被注入的视频源，检查接线与驱动。",
    ),
    "camera.jumps": Words(
        resident=_NO_FACE,
        doctor="摄像头的画面忽然跳变，这时不刷脸。看病照常，请输入身份证号；若常常这样，请联系技术员。",
        technician="相邻画面不连续；检查线材与帧率，或视频源是否被替换。",
    ),
    "camera.virtual": Words(
        resident=_NO_FACE,
        doctor="接着的不是真的摄像头，不能用来认人。看病照常，请输入身份证号，并联系技术员。",
        technician="设备是虚拟摄像头，或用录像代替摄像头；换上实体摄像头。",
    ),
    "scanner.not_found": Words(
        resident=RESIDENT_WAITS,
        doctor="没有找到扫码枪。请检查插头。",
        technician="串口不存在或打不开；检查连接、权限与设置中的串口路径。",
    ),
    "scanner.unplugged": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪断开了。请把插头插好，然后重扫上一盒。",
        technician="串口读取失败；终端会自动重连。",
    ),
    "scanner.held": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪正被别的程序占用。请关掉其他收费软件后再试。",
        technician="串口被其他进程占用；检查 ModemManager、brltty 与收费软件。",
    ),
    "scanner.rescan_last": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪刚刚重新接上，请把上一盒再扫一次。",
        technician="重连时串口缓冲已清空，断开前后的一次扫码可能丢失。",
    ),
    "camera.starting": Words(
        resident="摄像头正在启动，请稍候；也可以告诉医生身份证号",
        doctor="摄像头正在启动，请稍候；也可以先输入身份证号。",
        technician="还没有收到第一帧画面。",
    ),
    "camera.source_unsuitable": Words(
        resident=_NO_CAMERA,
        doctor="摄像头设置有误，请联系技术员；看病照常，请输入身份证号。",
        technician="画面来源写法不对：应为设备、网络流或录像文件，帧率与时段在范围内。",
    ),
    "scanner.starting": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪正在启动，请稍候。",
        technician="串口正在打开。",
    ),
    "scanner.closed": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪已经关闭。请重新启动终端；若还这样，请联系技术员。",
        technician="扫码线程已结束。",
    ),
    "scanner.not_a_port": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪设置有误，请联系技术员。",
        technician="所设路径不是串口；最好用 /dev/serial/by-id 下的名字。",
    ),
    "scanner.not_allowed": Words(
        resident=RESIDENT_WAITS,
        doctor="终端没有使用扫码枪的权限，请联系技术员。",
        technician="没有串口读写权限；把运行用户加入 dialout 组。",
    ),
    "scanner.unsteady": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪时断时续。请插紧插头，或换一根线。",
        technician="短时间内多次断开；检查线材、接口与供电。",
    ),
    "scanner.overrun": Words(
        resident=RESIDENT_WAITS,
        doctor="扫得太快，最后一盒没有记上。请把手上这盒再扫一次。",
        technician="待处理队列已满，最新一行被丢弃。",
    ),
    "scanner.two_fit": Words(
        resident=RESIDENT_WAITS,
        doctor="接了两把一样的扫码枪，终端不知道该听哪一把。请拔下一把；若还这样，请联系技术员。",
        technician="设置的 VID:PID 同时符合多个设备；改用 /dev/serial/by-id 或 by-path 下的名字。",
    ),
    "scanner.repeats": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪自己在重复读同一个码。每盒只按一次扳机；若还这样，请联系技术员。",
        technician="同一个码连续快速出现；扫码枪处于连续或感应模式，改为手动触发。",
    ),
    "scanner.noise": Words(
        resident=RESIDENT_WAITS,
        doctor="刚才扫到的东西读不出来。请把手上这盒再扫一次；若常常这样，请联系技术员。",
        technician="收到杂讯、超长的一行或校验不对的数据包，已丢弃；检查波特率、线材与通信协议设置。",
    ),
    "scanner.no_picture": Words(
        resident=RESIDENT_WAITS,
        doctor="摄像头没有画面，暂时不能用它扫药盒。请检查摄像头，或接上扫码枪。",
        technician="设置为用摄像头读码，但摄像头没有可用的画面。",
    ),
    "scanner.no_trigger": Words(
        resident=RESIDENT_WAITS,
        doctor="这把扫码枪不能由终端触发，请按它自己的扳机。",
        technician="scanner_profile 没有触发指令，或设备是键盘、摄像头；核对型号后设置对应的协议。",
    ),
    "scanner.none_set": Words(
        resident=RESIDENT_WAITS,
        doctor="还没有设置扫码枪，请联系技术员。",
        technician="设置 scanner_port 为空；先用 clinic-terminal scanner 列出端口再填写。",
    ),
    "scanner.unended": Words(
        resident=RESIDENT_WAITS,
        doctor="扫码枪没有送完一个码。请再扫一次；若常常这样，请联系技术员。",
        technician="一行没有结束符；把扫码枪后缀设为 CR，或在设置中给出间隔。",
    ),
}
