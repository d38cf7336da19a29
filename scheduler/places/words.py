"""Words around place names, and place names that are words: what resolve.py must know of the language."""

from __future__ import annotations

import re


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(0, len(text), 2))


# What people write before a place, and behind it.
LEAD = re.compile(
    r"^(?:想去|要去|准备去|打算去|前往|返回|到达|目的地|返岗地点|务工地点|务工地|打工地|中华人民共和国|中国|"
    r"打工|务工|返岗|去|到|在|往|赴|回)+"
)
TRAIL = re.compile(
    r"(?<=..)(?:打工|务工|上班|工作|做工|做事|干活|返岗|复工|进厂|上工|那边|这边|附近|周边|一带|方向|市内|境内)+$"
)
ONWARD = re.compile(r".(?:前往|到|去)(?P<there>..+)$")
# Between province, city and county in official lists; no places.
FILLERS = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县", "直辖")
# 北京路, 南京西路, 中山一路: a road, named after another city.
ROAD = re.compile(r"[东南西北中]{0,2}[一二三四五六七八九十0-9]{0,2}(?:路(?!桥)|街(?!道)|大道|大街|巷|弄|胡同)")
SETTLEMENT = re.compile(r"镇|乡|村|街道|社区")
# 全州市: no such place, it may be 全州县 or 泉州市. But 长兴市场 is a market in 长兴.
WRONG_SUFFIX = re.compile(r"[县市区](?!场|中心|民|委|里)")
COUNTY_LIKE = re.compile(r".{1,5}?[区县市旗]")
# Hold the name of a place, and mean none.
NO_PLACES = re.compile(r"阿里巴巴|大理石|北京时间|中山装|沿海城市|[一二三]线城市|大城市|小城市")
# Parts of the country, too wide to plan for, and words that sound like names: unknown, and no slips.
NO_NAMES = frozenset({"江浙沪", "长三角", "珠三角", "火车站", "汽车站", "高铁站", "飞机场", "开发区"}) | _pairs(
    "东北西北华北华东华南华中西南东南江浙沿海内地广场酒店海边湖边"
)
# Names every third city has a part of: only understood behind their city.
PLAIN_WORDS = _pairs(
    "东区西区南区北区城区郊区矿区市中城中城东城西城北城关老城古城新城新市站前海港西市运河天桥钟楼桥头三角沙田"
) | {"市中区"}
# County names that also begin the names of firms: with other words behind, they need their suffix or their city.
FIRM_WORDS = PLAIN_WORDS | _pairs(
    "东方新华和平光明平安建设红旗解放新建友谊友好向阳东风互助工农爱民富民富裕同心永安长安太平新民东安华安大通通道金山青山"
    "中原天山凤凰芙蓉天元天心龙湖海城安定宏伟振兴复兴永兴兴隆嘉禾嘉祥东海东湖九龙金堂金湖宝丰大英正阳三江三元阿里商城金沙"
    "恒山泰山上街平原龙泉公安合作资源前锋前进温泉方正大方会同延长南部兴业道外"
)
# Cities whose name is as much at home as a county elsewhere; any other city comes before its namesakes.
NOT_THE_ONLY_ONE = frozenset({"朝阳", "兴安"})
