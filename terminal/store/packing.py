"""Messages, kept small: the same field names stand in every one of them.

Deflate with a fixed dictionary makes a few hundred bytes of one or two thousand. What an
older version kept as plain text stays readable: it does not begin with our mark.
"""

from __future__ import annotations

import zlib

_MARK = b"\x01"
"""First byte of what is packed with the first dictionary. JSON text begins with `{`."""

_RAW = -15
"""Deflate without zlib's header and checksum: SQLCipher signs every page already."""

_PLAIN_MAX = 64 * 1024 * 1024
"""More than any message; a damaged one must not fill the memory."""


def packed(plain: bytes) -> bytes:
    """The same in fewer bytes, for keeping."""
    if not plain:
        return b""
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zdict=_FIRST_DICTIONARY)
    return _MARK + deflate.compress(plain) + deflate.flush()


def unpacked(kept: bytes) -> bytes:
    """What was kept, as it was sent or heard."""
    if not kept.startswith(_MARK):
        return kept
    inflate = zlib.decompressobj(_RAW, zdict=_FIRST_DICTIONARY)
    try:
        return inflate.decompress(kept[1:], _PLAIN_MAX)
    except zlib.error:
        return kept  # An answer that an older version kept, and that began so.


# Never edited: what is kept was packed with it. What is commonest stands last.
_FIRST_DICTIONARY = (
    '"infcode":-1,"infcode":-2,"err_msg":"FSI-系统异常业务校验不通过'
    '"fixmedins_code":"H43102400001","fixmedins_name":"镇中心卫生院'
    '{"fsUploadIn":{"in":"filename":"fsDownloadIn":{"file_qury_no":"dld_endtime":"fileinfo":{"s'
    'tmt_begndate":"stmt_enddate":"stmtinfo":{"stmt_rslt":"0","stmt_rslt_dscr":"平'
    '{"result":{"retRslt":"1","msgRslt":"成功"}}'
    '{"psnfixmedin":[{"psn_no":"","insutype":"390","fix_srt_no":"1","fixmedins_code":"H","fixme'
    'dins_name":"","begndate":"20","enddate":"20","memo":"基础包,增值包"}]}'
    '{"cuminfo":[{"insutype":"390","year":"20","cum_ym":"20","cum_type_code":"D390101_BIZ11","c'
    'um":0.00},{"insutype":"390","year":"20","cum_ym":"20","cum_type_code":"F0000","cum":'
    '{"feedetail":[{"opsp_dise_code":"","opsp_dise_name":"高血压（两病）糖尿病","begndate":"20"'
    ',"enddate":"20"}]}'
    '{"signinoutb":{"sign_time":"20","sign_no":"10000'
    '{"mdtrtinfo":[{"mdtrt_id":"","psn_no":"","psn_name":"","insutype":"390","psn_type":"1501",'
    '"begntime":"20","endtime":null,"med_type":"11","ipt_otp_no":"20","dise_codg":"J06.900","di'
    'se_name":"急性上呼吸道感染","fixmedins_code":"H","fixmedins_name":"村卫生室","opt_time":"2'
    "0"
    '{"result":[{"feedetl_sn":"","det_item_fee_sumamt":0.00,"cnt":1.0000,"pric":0.000000,"pric_'
    'uplmt_amt":999999,"selfpay_prop":0,"fulamt_ownpay_amt":0.00,"overlmt_amt":0.00,"preselfpay'
    '_amt":0.00,"inscp_scp_amt":0.00,"chrgitm_lv":"01","med_chrgitm_type":"09","bas_medn_flag":'
    '"0","hi_nego_drug_flag":"0","chld_medc_flag":"0","list_sp_item_flag":"0","lmt_used_flag":"'
    '0","drt_reim_flag":"0","memo":null}]}'
    '{"baseinfo":{"psn_no":"","psn_cert_type":"01","certno":"","psn_name":"","gend":"1","naty":'
    '"01","brdy":"19","age":0,"exp_content":null},"insuinfo":[{"balc":0.00,"insutype":"390","ps'
    'n_type":"1501","psn_insu_stas":"1","psn_insu_date":"20","paus_insu_date":null,"cvlserv_fla'
    'g":"0","insuplc_admdvs":"431024","emp_name":null}],"idetinfo":[]}'
    '"psn_pay":0.00,"cash_payamt":0.00,"pay_loc":"2","fixmedins_code":"H","fixmedins_name":"村'
    '卫生室","begndate":"20","enddate":"20","refd_setl_flag":"0","year":"20","dise_codg":"J06.9'
    '00","dise_name":"急性上呼吸道感染","invono":null},'
    '{"setlinfo":{"mdtrt_id":"","setl_id":null,"psn_no":"","psn_cert_type":"01","certno":"","ps'
    'n_name":"","gend":"2","naty":"01","brdy":"19","age":0,"exp_content":null,"insutype":"390",'
    '"psn_type":"1501","cvlserv_flag":"0","setl_time":null,"mdtrt_cert_type":"02","med_type":"1'
    '1","medfee_sumamt":0.00,"fulamt_ownpay_amt":0.00,"overlmt_selfpay":0.00,"preselfpay_amt":0'
    '.00,"inscp_scp_amt":0.00,"act_pay_dedc":0.00,"hifp_pay":0.00,"pool_prop_selfpay":0.70,"cvl'
    'serv_pay":0.00,"hifes_pay":0.00,"hifmi_pay":0.00,"hifob_pay":0.00,"hifdm_pay":0.00,"maf_pa'
    'y":0.00,"oth_pay":0.00,"fund_pay_sumamt":0.00,"psn_part_amt":0.00,"acct_pay":0.00,"acct_mu'
    'laid_pay":0.00,"psn_cash_pay":0.00,"hosp_part_amt":0.00,"balc":0.00,"medins_setl_id":"H","'
    'clr_optins":"431024","clr_way":"1","clr_type":"11"},"setldetail":[{"fund_pay_type":"390100'
    '","fund_pay_type_name":"城乡居民基本医疗保险基金","inscp_scp_amt":0.00,"crt_payb_lmt_amt":'
    '420.00,"fund_payamt":0.00,"setl_proc_info":"家庭医生签约门诊保障"}]}}'
    '{"output":{"data":{"mdtrt_id":"","psn_no":"","ipt_otp_no":"20","exp_content":null}}}'
    '{"infcode":0,"inf_refmsgid":"430000202","refmsg_time":"20","respond_time":"20","enctype":n'
    'ull,"signtype":null,"cainfo":null,"err_msg":null,"warn_msg":null,"output":{}}'
    '"biz_appy_type":"03"}}}"signIn":{"opter_no":"D431024000","mac":"","ip":"127.0.0.1"}"omsgid'
    '":"H","oinfno":"2207A"}}}"setl_id":"43","mdtrt_id":"43"}}}'
    '"selinfoDetail":[{"med_list_codg":"X","fixmedins_hilist_id":"YP00","fixmedins_hilist_name"'
    ':"","fixmedins_bchno":"JH20250","setl_id":"","mdtrt_sn":"","psn_no":"","psn_cert_type":"01'
    '","manu_lotnum":"250","manu_date":"2025-0","rx_flag":"1","trdn_flag":"0","sel_retn_cnt":"1'
    '","sel_retn_time":"20","sel_retn_opter_name":"","mdtrt_setl_type":"1","drugtracinfo":[{"dr'
    'ug_trac_codg":"89"}],"prsc_dr_name":"","phar_name":"","phar_prac_cert_no":"D431024000","hi'
    '_feesetl_type":"1","rx_circ_flag":"0","rtal_docno":"43"}]}}'
    '"mdtrtinfo":{"mdtrt_id":"","psn_no":"","med_type":"11","begntime":"20","dise_codg":"J06.90'
    '0","dise_name":"急性上呼吸道感染"},"diseinfo":[{"diag_type":"1","diag_srt_no":1,"diag_code'
    '":"J06.900","diag_name":"急性上呼吸道感染","diag_dept":"全科医疗科","dise_dor_no":"D431024'
    '000","dise_dor_name":"","diag_time":"20","vali_flag":"1"}]}}'
    '"feedetail":[{"feedetl_sn":"","mdtrt_id":"","psn_no":"","chrg_bchno":"","dise_codg":"","rx'
    '_circ_flag":"0","fee_ocur_time":"20","med_list_codg":"X","medins_list_codg":"YP00","det_it'
    'em_fee_sumamt":"","cnt":"1","pric":"","bilg_dept_codg":"A02","bilg_dept_name":"全科医疗科"'
    ',"bilg_dr_codg":"D431024000","bilg_dr_name":"","hosp_appr_flag":"1"}]}}'
    '"data":{"mdtrt_cert_type":"02","mdtrt_cert_no":"","psn_cert_type":"01","certno":"","psn_na'
    'me":""}}}"ipt_otp_no":"20","atddr_no":"D431024000","dr_name":"","dept_code":"A02","dept_na'
    'me":"全科医疗科","caty":"A02"}}}"cum_ym":"20","endtime":"20 23:59:59","med_type":"11"}}}"b'
    'egntime":"20 00:00:00"'
    '"psn_no":"431024000000000000","insutype":"390","begntime":"20","mdtrt_cert_type":"02","mdt'
    'rt_cert_no":"","med_type":"11","medfee_sumamt":"","psn_setlway":"01","mdtrt_id":"431024202'
    '","chrg_bchno":"","acct_used_flag":"1","insutype":"390","fulamt_ownpay_amt":"0.00","overlm'
    't_selfpay":"0.00","preselfpay_amt":"0.00","inscp_scp_amt":""}}}'
    '{"infno":"2207A","msgid":"H431024","mdtrtarea_admvs":"431024","insuplc_admdvs":"431024","r'
    'ecer_sys_code":"YBXT","dev_no":"","dev_safe_info":"","cainfo":"","signtype":"","infver":"V'
    '1.0","opter_type":"2","opter":"D431024000","opter_name":"","inf_time":"202","fixmedins_cod'
    'e":"H431024","fixmedins_name":"村卫生室","sign_no":"1000","input":{"data":{"psn_no":"43102'
    "4000000000000"
).encode()
