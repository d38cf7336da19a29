"""The fields of a roster and the headings people give them."""

from __future__ import annotations

from scheduler.roster.column_choice import ColumnChoice
from scheduler.settings import Direction
from scheduler.tabular.tables.headings import Headings

REQUIRED = ("name", "id_number", "township", "destination")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The usual heading first: it is the one shown when the column is missing. Spaces and underscores do not count.
ALIASES: dict[str, tuple[str, ...]] = {
    "name": _words("姓名 名字 姓名全称 full_name"),
    "id_number": _words(
        "身份证号 身份证号码 证件号码 证件号 身份证 身份证件号码 身份证件号 公民身份号码 公民身份证号码 "
        "居民身份证号 居民身份证号码 身份号码 身份证编号 id id_no id_card id_card_no id_card_number"
    ),
    "phone": _words(
        "手机号 联系电话 手机号码 手机 电话 电话号码 联系方式 联系手机 移动电话 联系号码 联系电话号码 mobile "
        "tel telephone phone_number mobile_phone cellphone"
    ),
    "sex": _words("性别 gender"),
    "birth": _words("出生日期 出生年月 出生年月日 生日 出生时间 birthday birth_date date_of_birth"),
    "township": _words(
        "乡镇 街道 乡镇街道 乡 镇 镇街 镇乡 街镇 乡镇名称 街道名称 乡镇办 乡镇街 户籍乡镇 town township_name street"
    ),
    "village": _words("村 社区 村社区 行政村 村居 村名 村组 村委会 村名称 村社 村居委会 community"),
    "destination": _words(
        "目的地 返岗地点 务工地 目的地点 务工地点 返岗地 返岗目的地 务工目的地 就业地 就业地点 务工城市 "
        "目的城市 目的地城市 返岗城市 到达地 到达地点 前往地 前往地点 去向 工作地 工作地点 务工所在地 "
        "务工去向 外出务工地 外出务工地点 就业所在地 目的地详细地址 务工详细地址 务工地址 工作地址 省外务工地 "
        "返岗详细地址 外出地点 外出务工地址"
    ),
    "employer": _words(
        "用工单位 企业 用工企业 务工单位 单位 工作单位 务工企业 企业名称 用人单位 公司 单位名称 就业单位 "
        "用工单位名称 就业企业 公司名称 company"
    ),
    "date": _words(
        "出行日期 返岗时间 出发日期 返岗日期 出行时间 出发时间 返程日期 返程时间 返乡时间 返乡日期 日期 "
        "期望日期 意向日期 首选日期 preferred preferred_date travel_date departure_date"
    ),
    "earliest": _words("最早日期 最早 最早出行日期 最早出发日期 最早时间 最早返岗日期 最早返岗时间 earliest_date"),
    "latest": _words("最晚日期 最晚 最晚出行日期 最晚出发日期 最晚时间 最晚返岗日期 最晚返岗时间 最迟日期 latest_date"),
    "mode": _words(
        "出行方式 交通方式 返岗方式 返乡方式 乘车方式 交通工具 乘坐方式 运输方式 乘坐交通工具 出行工具 "
        "transport travel_mode"
    ),
    "group": _words(
        "组号 同行组 同行人 同行人员 同行组号 同行者 同行 结伴 结伴人 同行人姓名 分组 分组号 companion "
        "companions group_no group_number party"
    ),
    "priority": _words(
        "优先级 优先 是否脱贫户 脱贫户 是否优先 优先等级 人员类别 农户类型 是否脱贫人口 是否为脱贫户 脱贫人口"
    ),
    "emergency_contact": _words("紧急联系人 紧急联系人姓名 应急联系人"),
    "emergency_phone": _words(
        "紧急联系电话 紧急联系人电话 紧急电话 紧急联系方式 紧急联系人联系电话 紧急联系人手机号 应急联系电话 "
        "紧急联系人手机 紧急联系人联系方式 紧急联系人手机号码 紧急联系人电话号码 emergency_contact_phone"
    ),
    "luggage": _words("行李 行李件数 行李数 行李数量 baggage"),
    "note": _words("备注 说明 其他 其它 备注说明 健康备注 notes remark remarks comment"),
}

_OF_TO_WORK = {"township": _words("出发乡镇 上车乡镇"), "date": _words("离开时间 离开日期 离家时间 离家日期")}
_OF_TO_HOME = {"township": _words("返乡乡镇 到达乡镇 下车乡镇"), "date": _words("离岗时间 离岗日期")}
_WORK_END_OF_TO_HOME = _words("出发地 出发地点 出发城市 返乡出发地 务工出发地 现务工地 from origin")


def roster_headings(direction: Direction) -> Headings:
    """Return the headings of a roster; the place of departure is the work end only on the way home."""
    aliases = dict(ALIASES)
    for name, words in (_OF_TO_HOME if direction == "to_home" else _OF_TO_WORK).items():
        aliases[name] += words
    if direction == "to_home":
        aliases["destination"] = _WORK_END_OF_TO_HOME + aliases["destination"]
    return Headings(aliases, REQUIRED, ("name", "id_number"), choice=ColumnChoice(direction))
