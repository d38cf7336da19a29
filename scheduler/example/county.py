"""Yuechi county (岳池县, 511621) and the places its people work in: the data behind every synthetic season.

Township coordinates are those built in (`scheduler.places`): approximate, inside the county's box 30.23-30.73 N,
106.13-106.73 E, and each distinct. Weights, fares, hours and the
employers are invented; the shape follows what counties of the region publish. Road km of the corridors are
derived from published distances.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.places import townships

COUNTY_CODE = "511621"
COUNTY_NAME = "岳池县"
SEAT = (30.544, 106.446)
PEOPLE_PER_RUN = 33.6
"""Published of five years: 2,317 coach runs carried 77,862 people."""

_SIZES = {
    "九龙街道": 3.0,
    "朝阳街道": 2.0,
    "花园镇": 0.9,
    "坪滩镇": 0.9,
    "龙孔镇": 0.8,
    "镇裕镇": 0.8,
    "白庙镇": 0.9,
    "酉溪镇": 0.9,
    "同兴镇": 0.9,
    "兴隆镇": 0.9,
    "秦溪镇": 0.8,
    "顾县镇": 1.6,
    "苟角镇": 1.4,
    "天平镇": 0.8,
    "石垭镇": 1.4,
    "乔家镇": 0.8,
    "罗渡镇": 1.8,
    "裕民镇": 1.0,
    "中和镇": 0.9,
    "新场镇": 0.9,
    "普安镇": 0.8,
    "临溪镇": 0.8,
    "西板镇": 1.0,
    "齐福镇": 0.8,
    "伏龙镇": 1.0,
    "黄龙乡": 0.5,
    "鱼峰乡": 0.5,
}
"""Of the townships, relative to an average one."""

TOWNSHIPS: tuple[tuple[str, float, float, float], ...] = tuple(
    (town.name, town.lat, town.lon, _SIZES[town.name])
    for town in townships(COUNTY_CODE)
    if town.lat is not None and town.lon is not None
)
"""Name, latitude, longitude, size."""

HUBS: tuple[tuple[str, str, float, float, str], ...] = (
    # name, township, latitude, longitude, aliases
    ("岳池县城集散点", "九龙街道", 30.5440, 106.4460, "岳池汽车站"),
    ("罗渡集散点", "罗渡镇", 30.3830, 106.6790, "罗渡车站"),
    ("顾县集散点", "顾县镇", 30.5770, 106.5610, "顾县车站"),
)

HOME_STATIONS: tuple[tuple[str, str | None, float, float], ...] = (
    ("岳池站", "朝阳街道", 30.5210, 106.4130),
    ("广安南站", None, 30.4390, 106.6560),  # lies in the next county: no township of ours
)


@dataclass(frozen=True, slots=True)
class City:
    """A destination: GB/T 2260 code and its share of the people, in per mille."""

    code: str
    weight: float


CITIES: tuple[City, ...] = tuple(
    City(code, weight)
    for code, weight in (
        ("440300", 140),  # 深圳
        ("441900", 120),  # 东莞
        ("440100", 90),  # 广州
        ("440600", 60),  # 佛山
        ("441300", 45),  # 惠州
        ("350500", 45),  # 泉州
        ("350100", 40),  # 福州
        ("330100", 40),  # 杭州
        ("330200", 40),  # 宁波
        ("310000", 40),  # 上海
        ("350200", 35),  # 厦门
        ("330300", 35),  # 温州
        ("442000", 30),  # 中山
        ("320500", 30),  # 苏州
        ("500000", 25),  # 重庆
        ("510100", 25),  # 成都
        ("330700", 22),  # 金华
        ("331000", 20),  # 台州
        ("330400", 20),  # 嘉兴
        ("530100", 20),  # 昆明
        ("330600", 16),  # 绍兴
        ("520100", 16),  # 贵阳
        ("440400", 15),  # 珠海
        ("320200", 15),  # 无锡
        ("440700", 12),  # 江门
        ("110000", 12),  # 北京
        ("320400", 10),  # 常州
        ("320100", 9),  # 南京
        ("610100", 9),  # 西安
        ("420100", 9),  # 武汉
        ("350600", 8),  # 漳州
        ("330500", 8),  # 湖州
        ("350300", 7),  # 莆田
        ("120000", 7),  # 天津
        ("350900", 6),  # 宁德
        ("320600", 6),  # 南通
        ("520300", 6),  # 遵义
        ("430100", 6),  # 长沙
        ("450100", 6),  # 南宁
        ("370200", 6),  # 青岛
        ("340100", 5),  # 合肥
        ("360100", 5),  # 南昌
        ("410100", 5),  # 郑州
        ("530300", 5),  # 曲靖
        ("440500", 5),  # 汕头
        ("370100", 4),  # 济南
        ("130100", 4),  # 石家庄
    )
)


@dataclass(frozen=True, slots=True)
class TrainLine:
    """A line on which seat blocks are booked.

    Attributes
    ----------
    home : tuple of str
        Home stations in order of travel to work.
    work : tuple of (station, city code, hours from the last home station, fare in yuan, latitude, longitude)
        Work-end stations in order of travel to work.
    """

    number: int
    home: tuple[str, ...]
    work: tuple[tuple[str, str, float, int, float, float], ...]


TRAIN_LINES: tuple[TrainLine, ...] = (
    TrainLine(
        1,
        ("岳池站",),
        (
            ("惠州站", "441300", 24.0, 176, 23.1520, 114.4190),
            ("东莞东站", "441900", 25.2, 182, 22.9610, 114.0390),
            ("深圳东站", "440300", 26.5, 188, 22.6030, 114.1190),
        ),
    ),
    TrainLine(
        2,
        ("广安南站", "岳池站"),
        (("广州站", "440100", 24.5, 174, 23.1490, 113.2570), ("佛山西站", "440600", 25.3, 178, 23.0820, 112.9720)),
    ),
    TrainLine(
        3,
        ("广安南站",),
        (
            ("福州站", "350100", 25.5, 196, 26.1140, 119.3170),
            ("莆田站", "350300", 27.0, 204, 25.4740, 118.9960),
            ("泉州站", "350500", 28.2, 210, 24.9690, 118.5680),
        ),
    ),
    TrainLine(
        4,
        ("岳池站",),
        (
            ("金华站", "330700", 23.5, 184, 29.1130, 119.6310),
            ("杭州站", "330100", 25.2, 192, 30.2430, 120.1830),
            ("上海南站", "310000", 27.0, 205, 31.1530, 121.4290),
        ),
    ),
)

EMPLOYERS: tuple[tuple[str, str, float, float], ...] = (
    # name, city code, offset in degrees from the city's seat; invented, as the name says (虚构: fictitious)
    ("虚构电子(深圳)有限公司", "440300", 0.150, -0.120),
    ("虚构鞋业(东莞)有限公司", "441900", -0.120, 0.090),
    ("虚构服装(泉州)有限公司", "350500", -0.100, -0.050),
    ("虚构机械(宁波)有限公司", "330200", 0.080, 0.120),
)

CORRIDORS: tuple[tuple[str, float], ...] = (
    # city code, road km from the county town's hub
    ("440300", 1520),
    ("441900", 1440),
    ("440100", 1390),
    ("350100", 1760),
    ("350500", 1770),
    ("350200", 1730),
    ("330100", 1650),
    ("330200", 1830),
    ("330300", 1760),
    ("310000", 1790),
    ("530100", 900),
    ("520100", 560),
)

OPERATORS: tuple[tuple[str, float], ...] = (
    # name, price relative to the first
    ("岳池客运", 1.00),
    ("广安交运", 1.03),
    ("顺达旅运", 0.98),
)

COACH_TYPES: tuple[tuple[str, int, int, float, float], ...] = (
    # vehicle type, rated seats, fixed cost in yuan, yuan per km, share of the fleet
    ("39座客车", 39, 900, 9.2, 0.25),
    ("49座客车", 49, 1000, 10.6, 0.50),
    ("55座客车", 55, 1100, 11.6, 0.25),
)

FEEDER_TYPE = ("19座中巴", 19, 120, 4.0)
"""Vehicle type, rated seats, fixed cost in yuan, yuan per km."""

VILLAGES = (
    "凉水井村",
    "石板桥村",
    "红岩村",
    "大石坝村",
    "双河口村",
    "柏林湾村",
    "青龙嘴村",
    "黄桷树村",
    "观音桥村",
    "新民村",
    "团结村",
    "三元村",
    "五星村",
    "高峰村",
    "金盆村",
    "响水村",
    "万家沟村",
    "李家坝村",
    "狮子山村",
    "龙门村",
    "东风村",
    "向阳村",
    "回龙村",
    "兴旺社区",
    "正街社区",
)

FIELD_STAFF_UNITS = ("县就业局", "县人社局", "县劳务服务中心")
