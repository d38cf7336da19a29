"""What the template workbooks ask for, column by column, in the words of the bureau that fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from scheduler.places import city_of, division, townships
from scheduler.places.townships import township_stem
from scheduler.roster.cells import check_character
from scheduler.season.tables import NOT_LOCATED
from scheduler.settings import CoachRules, Policy, Settings
from scheduler.units import great_circle_km


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of a template: its heading (with a star when needed), hint, worked example, and kind of cell.

    `choices` make a drop-down; ("乡镇",) stands for the townships of the county. `number` columns hold numbers, all
    others text, so that Excel neither rounds an ID number nor turns a date round. `characters`: the usual length.
    """

    heading: str
    hint: str
    example: str
    width: float = 12
    choices: tuple[str, ...] = ()
    number: bool = False
    characters: int = 0

    @property
    def needed(self) -> bool:
        """Tell whether the cell must be filled in."""
        return self.heading.endswith("*")


@dataclass(frozen=True, slots=True)
class Template:
    """A template workbook: where it lies in the season, its titles, its columns, and the rules for filling it in.

    `rows` are filled in already.
    """

    path: str
    title: str
    heading: str
    columns: tuple[TemplateColumn, ...]
    rules: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...] = ()


_YES_NO = ("是", "否")
_EXAMPLE_RULE = "灰色的示例行只作样子，不计入；可以保留，也可以删除。"
_ROW_RULE = "列的顺序可以变，可以加列；标题行不要改名。黄色的列必填。"


@dataclass(frozen=True, slots=True)
class _Here:
    """What the examples say of the season's own county, so that they are right wherever it lies."""

    county: str
    city: str
    town: str
    stem: str
    lat: float
    lon: float
    id_number: str

    @classmethod
    def of(cls, code: str) -> _Here:
        county = division(code)
        assert county is not None, "read_settings knows it"
        city = division(city_of(code) or code) or county
        towns = townships(code)
        town = towns[-1].name if towns else "某某镇"
        body = f"{code}19900101000"  # a sequence that is never issued
        number = body + check_character(body)
        stem = township_stem(town)
        return cls(county.name, city.short_name, town, stem, round(county.lat, 3), round(county.lon, 3), number)

    @property
    def km_to_shenzhen(self) -> int:
        """Road km to 深圳, about."""
        target = division("440300")
        assert target is not None
        return round(great_circle_km(self.lat, self.lon, target.lat, target.lon) * Policy().road_factor)

    @property
    def min_to_shenzhen(self) -> int:
        """Driving minutes to 深圳, about."""
        return round(self.km_to_shenzhen / CoachRules().moving_km_per_h * 60)


def templates(
    settings: Settings, spots: Mapping[str, tuple[float, float]] = MappingProxyType({})
) -> tuple[Template, ...]:
    """Return the roster template and the seven tables, their examples within the season's dates.

    Places hold the county's townships, at `spots` or where they are built in.
    """
    days = tuple(f"{settings.first_date + timedelta(days=min(i, len(settings.days) - 1))}" for i in range(8))
    here = _Here.of(settings.home)
    return (
        _roster(settings, days, here),
        _fleet(settings, days, here),
        _trains(settings, days, here),
        _places(settings, here, spots),
        _access(settings, here),
        _distances(settings, here),
        _escorts(settings, days),
        _pins(settings, days, here),
    )


def _roster(settings: Settings, days: tuple[str, ...], here: _Here) -> Template:
    to_work = settings.direction == "to_work"
    work = "目的地" if to_work else "务工地"
    columns = (
        TemplateColumn("姓名*", "与身份证一致，一人一行", "示例：张三", 14),
        TemplateColumn(
            "身份证号*",
            "18 位，按文本填写（本列已设为文本），末位 X 大写；不要用数字格式，否则末几位会丢",
            here.id_number,
            22,
            characters=18,
        ),
        TemplateColumn("性别", "男或女，可不填（按身份证号识别）", "女", 7, ("男", "女")),
        TemplateColumn("联系电话", "11 位手机号，最好是本人的", "13800000000", 14),
        TemplateColumn("乡镇*", "本县的乡镇或街道，可从下拉表中选", here.town, 13, ("乡镇",)),
        TemplateColumn("村", "村或社区", "柏树村", 12),
        TemplateColumn(f"{work}*", "外地务工地点，至少到市，最好到区县；只写省名不行", "广东省深圳市宝安区", 24),
        TemplateColumn("用工单位", "企业全称；已登记的企业可以送到厂门口", "", 20),
        TemplateColumn("出行日期", f"最想走的日子，如 {days[5]}、2月15日、正月初十；“以后”“以前”也可以写", days[5], 14),
        TemplateColumn("最早日期", "最早哪天能走，不填则按出行日期前后机动", days[4], 14),
        TemplateColumn("最晚日期", "最晚哪天必须走，不填则按出行日期前后机动", days[6], 14),
        TemplateColumn("出行方式", "汽车、火车或不限，不填为不限", "不限", 10, ("汽车", "火车", "不限")),
        TemplateColumn("组号", "一起走的人填同一个号，或写同行人的姓名、身份证号；同组的人坐同一班车", "1", 10),
        TemplateColumn("优先级", "1 一般，2 优先（脱贫户等），3 最优先；不填为 1", "1", 8, ("1", "2", "3", "脱贫户")),
        TemplateColumn("紧急联系人", "家里能联系到的人", "李四", 12),
        TemplateColumn("紧急联系电话", "紧急联系人的手机号", "13900000000", 15),
        TemplateColumn("行李", "大件行李几件，或说明", "2 件", 10),
        TemplateColumn("备注", "带小孩、晕车、行动不便等", "", 22),
    )
    rules = (
        "每个乡镇交一份，文件名写乡镇名，放进 roster 文件夹；一人一行，全家一起走也要各填一行。",
        "身份证号请按文本填写。已经变成 5.1E+17 的号码，末几位已丢失，必须重新填写。",
        "一起走的人填同一个组号：目的地、日期、出行方式要一致，安排在同一班车、相邻座位。",
        "姓名、身份证号、电话属个人信息，只发给经办人员，用后妥善保管。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    way = "返岗" if to_work else "返乡"
    return Template("roster/名单模板.xlsx", f"{way}人员名单", f"{settings.name}　{way}人员名单", columns, rules)


def _fleet(settings: Settings, days: tuple[str, ...], here: _Here) -> Template:
    columns = (
        TemplateColumn(
            "用途", "长途：送到务工地；接驳：在县内送到集散点或车站。不填为长途", "长途", 8, ("长途", "接驳")
        ),
        TemplateColumn("车型*", "自己起名，同一企业同一车型的座位和价格相同", "示例：大客49座", 18),
        TemplateColumn("核定载客*", "行驶证上的核定载客人数，含驾驶员", "49", 10, number=True),
        TemplateColumn("数量", "几辆；不填为 1", "5", 8, number=True),
        TemplateColumn("起步价", "每班固定费用，元", "1000", 10, number=True),
        TemplateColumn("每公里", "每公里费用，元", "10.5", 10, number=True),
        TemplateColumn("可用起始日期", "从哪天起可用，不填为整季", days[0], 14),
        TemplateColumn("可用截止日期", "到哪天为止可用，不填为整季", days[7], 14),
        TemplateColumn("企业", "客运企业", f"{here.county}某某运业公司", 22),
        TemplateColumn("车牌", "填了车牌就一车一行", "", 12),
    )
    rules = (
        "登记可以包租的客车。一行一种车，或一行一个车牌。",
        "起步价和每公里至少填一项；同一企业同一车型的各行，座位和价格要一致。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    return Template("fleet.xlsx", "车辆", f"{settings.name}　可包租车辆", columns, rules)


def _trains(settings: Settings, days: tuple[str, ...], here: _Here) -> Template:
    columns = (
        TemplateColumn("车次*", "同一车次同一日期为一趟", "示例：K586", 14),
        TemplateColumn("日期*", "始发站的开车日期，每行都填", days[0], 14),
        TemplateColumn("站*", "地点表里的车站，或城市名", f"{here.city}站", 16),
        TemplateColumn("到达", "到站时刻 07:40，次日写 07:40+1", "", 11),
        TemplateColumn("开车", "开车时刻 10:00，次日写 10:00+1", "10:00", 11),
        TemplateColumn("座位数*", "包下的座位，只填在该车次第一行", "200", 10, number=True),
        TemplateColumn("包车费", "与人数无关的费用，元，只填在第一行", "0", 10, number=True),
        TemplateColumn("起运人数", "至少多少人才开，只填在第一行；不填为 1", "50", 10, number=True),
        TemplateColumn("票价*", "到本站的票价，元/人；空着表示本站不下车，免费填 0", "", 9, number=True),
        TemplateColumn("可上车*", "本站能不能上车", "是", 9, _YES_NO),
        TemplateColumn("可续售", "中途空出的座位能否再卖，只填在第一行；不填为否", "否", 9, _YES_NO),
    )
    rules = (
        "一站一行，按停站顺序。同一车次同一日期的各行合为一趟车。",
        "务工地的车站请在地点表（places）登记并填区划；也可以直接写城市名。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    return Template("trains.xlsx", "列车", f"{settings.name}　专列和包座", columns, rules)


def _places(settings: Settings, here: _Here, spots: Mapping[str, tuple[float, float]]) -> Template:
    columns = (
        TemplateColumn("名称*", "地点名称，不能重复；写市、县名则改用这里的经纬度", f"示例：{here.stem}汽车站", 22),
        TemplateColumn(
            "类型",
            "上车点：只接本乡镇的人；集散点、车站：也接外乡镇的人；企业：送到厂门口",
            "上车点",
            10,
            ("上车点", "集散点", "车站", "企业"),
        ),
        TemplateColumn("纬度", "度，如 30.544", f"{here.lat:.3f}", 11, number=True),
        TemplateColumn("经度", "度，如 106.446", f"{here.lon:.3f}", 11, number=True),
        TemplateColumn("乡镇", "本地的地点填所在乡镇", here.town, 13, ("乡镇",)),
        TemplateColumn("区划", "外地的车站和企业填所在市、区", "", 22),
        TemplateColumn("别名", "其他叫法，用、隔开", f"{here.stem}车站、{here.stem}客运站", 24),
        TemplateColumn("联系人", "现场联系人", "王五", 11),
        TemplateColumn("联系电话", "现场联系电话", "13800000000", 14),
    )
    rules = (
        "每个乡镇要有一个“上车点”，填经纬度；没有上车点的乡镇，人只能登记，安排不了车。",
        "本县的乡镇已经列好，名称、经纬度请核对，可以改；没有人报名的可以删。写着“待填”的，填上经纬度才算数。",
        "经纬度可在电子地图上查；没有经纬度的，在里程表（distances）里填公里数。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    rows = []
    for town in townships(settings.home):
        built_in = None if town.lat is None or town.lon is None else (town.lat, town.lon)
        spot = spots.get(town.name, built_in)
        name = f"{town.name}上车点" if spot else f"{NOT_LOCATED}{town.name}上车点"
        rows.append((name, "上车点", *(spot or ("", "")), town.name))
    heading = f"{settings.name}　上车点、集散点、车站和企业"
    return Template("places.xlsx", "地点", heading, columns, rules, tuple(rows))


def _access(settings: Settings, here: _Here) -> Template:
    columns = (
        TemplateColumn("出发地*", "填乡镇名；也可以填该乡镇上车点的名称", f"示例：{here.town}", 18),
        TemplateColumn("上车点*", "集散点或车站，或本乡镇的上车点", "县城集散点", 18),
        TemplateColumn("费用*", "每人多少元，免费填 0", "8", 10, number=True),
        TemplateColumn("分钟", "路上多少分钟", "40", 10, number=True),
    )
    rules = (
        "可以不填：不填则按 season.toml 里的公式算。",
        "一个乡镇只要填了一行，就只能去这里列出的集散点和车站；本乡镇的上车点不用列，仍然免费。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    return Template("access.xlsx", "接驳费用", f"{settings.name}　到上车点的费用", columns, rules)


def _distances(settings: Settings, here: _Here) -> Template:
    columns = (
        TemplateColumn("起点*", "地点名称、别名，或市、县名", f"示例：{here.stem}汽车站", 22),
        TemplateColumn("终点*", "地点名称、别名，或市、县名", "深圳", 22),
        TemplateColumn("公里*", "公路里程", f"{here.km_to_shenzhen}", 10, number=True),
        TemplateColumn("分钟", "行车分钟，不含休息；不填按平均车速算", f"{here.min_to_shenzhen}", 10, number=True),
    )
    rules = (
        "可以不填：没有填的两地，按直线距离乘以系数估算。",
        "分方向：去程和回程各填一行。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    return Template("distances.xlsx", "里程", f"{settings.name}　公路里程", columns, rules)


def _escorts(settings: Settings, days: tuple[str, ...]) -> Template:
    columns = (
        TemplateColumn("姓名*", "同名的人请注明单位", "示例：赵六", 16),
        TemplateColumn("联系电话", "手机号", "13800000000", 14),
        TemplateColumn("单位", "工作单位", "县人社局", 18),
        TemplateColumn("可用起始日期", "从哪天起能随车，不填为整季", days[0], 14),
        TemplateColumn("可用截止日期", "到哪天为止能随车，不填为整季", days[7], 14),
    )
    rules = ("登记可以随车的工作人员。", _ROW_RULE, _EXAMPLE_RULE)
    return Template("escorts.xlsx", "随车人员", f"{settings.name}　随车工作人员", columns, rules)


def _pins(settings: Settings, days: tuple[str, ...], here: _Here) -> Template:
    kinds = ("同车", "分开", "班次", "日期", "上车点", "不乘", "方式", "开行", "不开")
    columns = (
        TemplateColumn("决定*", "前七种管一个人和同行的一组；开行、不开管班次", "示例：同车", 14, kinds),
        TemplateColumn("身份证号", "管谁；全季只有一人叫这名字时可以只写姓名", here.id_number, 22),
        TemplateColumn("另一人", "同车、分开：另一人的身份证号或姓名", "", 22),
        TemplateColumn("班次", "现有方案中的班次号，或车次", "", 18),
        TemplateColumn("座位", "班次：客车的座位号，不填为任意", "", 8),
        TemplateColumn("日期", "日期：哪天走；开行、不开：哪天的班次", days[1], 14),
        TemplateColumn("上车点", "地点表里的名称", "", 18),
        TemplateColumn("目的地", "开行、不开：去哪里的班次，写到省、市或县", "", 18),
        TemplateColumn("车型", "开行、不开：哪种车", "", 14),
        TemplateColumn("方式", "方式：汽车或火车", "", 10, ("汽车", "火车")),
        TemplateColumn("原因", "为什么这样定", "家人同行", 24),
    )
    rules = (
        "可以不填。一行一条决定，每次排方案都照办；互相矛盾的，排方案之前会指出来。",
        "开行：至少有一个班次与填了的各列都相符；不开：没有这样的班次。",
        _ROW_RULE,
        _EXAMPLE_RULE,
    )
    return Template("pins.xlsx", "决定", f"{settings.name}　已定下的事", columns, rules)
