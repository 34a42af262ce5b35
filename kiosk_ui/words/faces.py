"""Before the camera: one hint at a time, and always another way in."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

_TYPE_ID = "也可以输入身份证号。"

WORDS = {
    "face.none": Words(
        resident="请看镜头",
        doctor="镜头前没有人。请居民站到镜头前，" + _TYPE_ID,
        technician="画面中没有检测到人脸。",
    ),
    "face.two": Words(
        resident="请一个人看镜头，其他人往旁边站",
        doctor="镜头前有两个人。请只留一位站在镜头前。",
        technician="画面中检测到不止一张人脸。",
    ),
    "face.too_far": Words(
        resident="请往前走一步",
        doctor="居民站得太远，请他往前一步。",
        technician="人脸尺寸低于下限。",
    ),
    "face.too_close": Words(
        resident="请往后退一点",
        doctor="居民离得太近，请他往后一点。",
        technician="人脸尺寸高于上限。",
    ),
    "face.outside": Words(
        resident="请站到镜头正中间",
        doctor="居民的脸没有全进画面，请他站到正中。",
        technician="人脸框超出画面边缘。",
    ),
    "face.too_dark": Words(
        resident="光线太暗，请转向亮的地方",
        doctor="光线太暗。请开灯，或请居民转向亮处。",
        technician="人脸区域亮度低于下限。",
    ),
    "face.too_bright": Words(
        resident="光线太强，请背开强光",
        doctor="光线太强或背光。请拉上窗帘，或请居民换个方向。",
        technician="人脸区域过曝或背光。",
    ),
    "face.blurred": Words(
        resident="请站稳，不要晃动",
        doctor="画面模糊。请居民站稳；如一直模糊，请擦一擦镜头。",
        technician="清晰度低于下限；检查镜头污渍与对焦。",
    ),
    "face.hold_still": Words(
        resident="很好，请保持不动",
        doctor="正在看脸，请居民保持不动。",
        technician="正在积累连续画面。",
    ),
    "face.not_live": Words(
        resident="请本人正对镜头；也可以告诉医生身份证号",
        doctor="没能确认是真人在镜头前。请本人正对镜头再试，" + _TYPE_ID,
        technician="活体检测未通过；分数与阈值见日志。",
    ),
    "face.unknown": Words(
        resident="还不认识您，请告诉医生身份证号",
        doctor="没有认出来，可能还没有登记人脸。请输入身份证号。",
        technician="没有候选人达到相似度阈值。",
    ),
    "face.ambiguous": Words(
        resident="有两位长得很像，请告诉医生身份证号",
        doctor="有两位居民长得很像，分不清是谁。请输入身份证号。",
        technician="前两名候选人相似度之差低于下限。",
    ),
    "face.seen_before": Words(
        resident="刚才已经接待过您，还要看病请告诉医生",
        doctor="刚接待过的这位还在镜头前。要再看一次，请他先走开一下，或输入身份证号。",
        technician="刚离开柜台的人仍在画面中，不会自动再开一次就诊。",
    ),
    "face.turned": Words(
        resident="请正对屏幕",
        doctor="居民没有正对镜头。请他正对屏幕。",
        technician="头部姿态超出上限。",
    ),
    "face.mouth_covered": Words(
        resident="不用摘口罩，报身份证号也能看病",
        doctor="居民遮着口鼻，认不准。不用请他摘口罩，请看证件，输入身份证号。",
        technician="口鼻被遮挡；多次遮挡后改走其他途径。",
    ),
    "face.eye_covered": Words(
        resident="眼睛遮着没关系，报身份证号也能看病",
        doctor="居民的眼睛遮着，认不准。不用请他取下，请看证件，输入身份证号。",
        technician="一只或两只眼睛被遮挡；多次遮挡后改走其他途径。",
    ),
    "face.other_ways": Words(
        resident="不刷脸也行，报身份证号就能看病",
        doctor="刷脸没有办成，不用再试。请看证件，输入身份证号。",
        technician="遮挡两次，或动作核验没有通过；本次改走其他途径。",
    ),
    "face.locked": Words(
        resident="刷脸先歇一会儿，报身份证号就能看病",
        doctor="刚才几次都没有核对上，刷脸先停一会儿。请核对本人和证件，输入身份证号。",
        technician="活体或动作核验多次失败，人脸途径暂时关闭；留有记录，不含画面。",
    ),
}
