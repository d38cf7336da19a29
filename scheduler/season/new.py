"""A new season's season.toml: the five needed keys, every other key with its default, each with its meaning.

It is a form of Chinese bureaus, so its comments are in Chinese whatever the language of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from scheduler.settings import CoachRules, Direction, History, Policy

# Days after the first day of the lunar year. 春运 runs from 15 days before it to 24 days after it.
_TRAVEL_DAYS: dict[Direction, tuple[int, int]] = {"to_work": (4, 22), "to_home": (-15, -1)}

_POLICY = {
    "unserved_cost": "每留下一人的代价（元），乘以优先级",
    "date_shift_cost": "每人每偏离期望日期一天的代价（元）",
    "flexible_days": "名单只写了出行日期的，前后可机动几天",
    "min_load": "开一班客车至少多少人",
    "home_stops": "一班车在本地最多停几站",
    "home_radius_km": "本地各站之间最远多少公里（公路）",
    "work_stops": "一班车在务工地最多停几站",
    "work_radius_km": "务工地各站之间最远多少公里（公路）",
    "work_level": '务工地按市设站 "city"，或按区县设站 "county"',
    "max_detour": "绕行系数：实际里程不超过首末站直达里程的几倍",
    "stop_cost": "两端各站，每多停一站的费用（元）",
    "access_fixed_cost": "到外乡镇集散点、车站上下车，每人固定费用（元）",
    "access_cost_per_km": "同上，每人每公里（元）",
    "access_max_km": "同上，最远多少公里",
    "road_factor": "没有里程数据时，公路里程按直线距离的几倍估算",
    "turnaround_km_per_day": "客车周转：一辆车占用 ceil(2 x 里程 / 此数) + 1 天",
    "reserve_seats": "每班客车给临时报名的人留几个座位",
    "gift_pack": '每位乘客的慰问品，如 ["矿泉水", "方便面"]；按班次汇总给随车人员',
    "budget": "车费和票款的上限（元），0 为不限",
    "move_cost": "已通知的人每有一人要改通知的代价（元）",
    "notice_tolerance_min": "发车时刻相差不超过多少分钟，不必重新通知",
    "freeze_hours": "已通知的班次，发车前多少小时起不再改动",
    "retention_days": "最后出行日之后，个人信息保存多少天",
    "id_mask": '身份证号遮盖后留后四位 "tail4"，或前六后四 "head6tail4"',
    "note_columns": '名单中程序不认识的列，要印进班次资料备注栏的写上表头，如 ["晕车", "过敏"]；没写的一律不印',
}
_COACH_RULES = {
    "crew_in_rated_seats": "核定载客包含驾驶员和随车人员，乘客座位要扣除",
    "escorts_per_run": "每班客车几名随车人员",
    "moving_km_per_h": "行驶时的平均车速（公里/小时）",
    "depart_at": '首站发车时刻，可列几个：["08:00", "18:00"]',
    "night_from": "夜间从几点起",
    "night_to": "夜间到几点止",
    "max_drive_day_min": "白天连续驾驶不超过多少分钟",
    "max_drive_night_min": "夜间连续驾驶不超过多少分钟",
    "rest_min": "每次停车休息不少于多少分钟",
    "no_drive_from": "凌晨停驶，从几点起",
    "no_drive_to": "凌晨停驶，到几点止",
    "no_drive_exempt_km": "单程不超过多少公里的，凌晨不必停驶",
    "driver_day_min": "每名驾驶员 24 小时内累计驾驶不超过多少分钟",
    "driver_week_min": "每名驾驶员 7 天内累计驾驶不超过多少分钟",
    "board_base_min": "每站上下客至少停多少分钟",
    "board_min_per_person": "上下客每人再加多少分钟",
    "late_from": "尽量不在夜里到达，从几点起",
    "late_to": "同上，到几点止",
    "report_every_min": "随车人员每隔多少分钟报一次平安",
    "feeder_km_per_h": "接驳车在县内道路上的平均车速（公里/小时）",
    "feeder_margin_min": "接驳车与班次之间留多少分钟",
    "train_check_in_min": "列车开车前多少分钟到站",
    "feeder_max_wait_min": "乘客在集散点最多等多少分钟",
    "feeder_max_ride_min": "一趟接多处的，乘客最多坐多少分钟",
    "feeder_earliest": '早上几点以前不接人，如 "05:30"；空着为不限',
}
_HISTORY = {
    "people_per_run": "往年平均每班客车多少人，0 为没有",
    "cost_per_head": "往年人均实付（元；车费、票款、接驳），0 为没有",
}
"""Of earlier years; the utilisation page compares with them."""


def travel_days(direction: Direction, today: date) -> tuple[date, date]:
    """Return the usual first and last day of travel around the next Spring Festival whose travel is not over."""
    from lunar_python import Lunar

    first_offset, last_offset = _TRAVEL_DAYS[direction]
    for year in (today.year - 1, today.year, today.year + 1):
        solar = Lunar.fromYmd(year, 1, 1).getSolar()
        festival = date(solar.getYear(), solar.getMonth(), solar.getDay())
        if festival + timedelta(days=last_offset) >= today:
            break
    return festival + timedelta(days=first_offset), festival + timedelta(days=last_offset)


_ISSUER = {
    "office": '制表单位，印在每一页下方，如 "岳池县就业服务管理局"',
    "duty_phone": "值班电话，印在每一页下方和短信里",
    "signature": '短信签名，如 "岳池就业"，发出时为【岳池就业】',
}


def season_toml(
    name: str,
    direction: Direction,
    home: str,
    first_date: date,
    last_date: date,
    values: Mapping[str, object] | None = None,
) -> str:
    """Return the text of a new season.toml; `values` by key stand where a default would."""
    values = values or {}
    lines = [
        "# 本季设置。# 后面是说明；改好后保存为 UTF-8 文本。",
        "",
        f"name = {_toml(name)}",
        f'direction = "{direction}"          # 返岗 "to_work"，返乡 "to_home"',
        f'home = "{home}"                # 本县的六位区划代码',
        f"first_date = {first_date}        # 第一个出行日",
        f"last_date = {last_date}         # 最后一个出行日",
        *(_line(key, values.get(key, ""), meaning, 30) for key, meaning in _ISSUER.items()),
    ]
    for section, defaults, meanings in (
        ("policy", Policy(), _POLICY),
        ("coach_rules", CoachRules(), _COACH_RULES),
        ("history", History(), _HISTORY),
    ):
        lines += ["", f"[{section}]"]
        for key, meaning in meanings.items():
            lines.append(_line(key, values.get(key, getattr(defaults, key)), meaning, 34))
    return "\n".join(lines) + "\n"


def _line(key: str, value: object, meaning: str, width: int) -> str:
    return f"{f'{key} = {_toml(value)}':<{width}} # {meaning}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
