"""How Chinese place names are built: normalising text, and the short form of an official name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Peoples that stand in the names of autonomous places, and the two written without 族.
_PEOPLES = (
    "各族|满族|回族|蒙古族|蒙古|土家族|苗族|侗族|藏族|羌族|彝族|布依族|傣族|景颇族|哈尼族|白族|壮族|瑶族|黎族|傈僳族|朝鲜族|"
    "哈萨克族|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔|畲族|仫佬族|毛南族|仡佬族|水族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|"
    "土族|撒拉族|保安族|东乡族|裕固族|达斡尔族|鄂温克族|鄂伦春族"
)
_PEOPLES_AT_END = re.compile(rf"(?<=..)(?:{_PEOPLES})+$")
_AUTONOMOUS = re.compile(r"自治(?:区|州|县|旗)$")
_PLAIN_SUFFIX = re.compile(r"(?<=..)(?:特别行政区|行政委员会|地区|省|市|盟|县|区)$")
_LONG_SUFFIX = re.compile(r"(?<=^浦东)新区$|(?<=^滨海)新区$|(?<=^沈北)新区$|(?<=^神农架)林区$")
# Development zones of the statistical list keep their name: 苏州工业园区, 兰州新区, 保定白沟新城.
_ZONE = re.compile(r"(?:开发区|园区|示范区|管理区|实验区|聚集区|名胜区|食品区|新区|新城|管委会)$")
_NOISE = re.compile(r"[^0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]+")


def short_name(name: str) -> str:
    """Return the name people use: 深圳市 -> 深圳, 恩施土家族苗族自治州 -> 恩施, 泸县 -> 泸县 (never one character)."""
    if _LONG_SUFFIX.search(name):
        return _LONG_SUFFIX.sub("", name)
    if len(name) > 3 and _ZONE.search(name):
        return name
    if _AUTONOMOUS.search(name):
        bare = _AUTONOMOUS.sub("", name)
        stem = _PEOPLES_AT_END.sub("", bare)
        return stem.removesuffix("族") if len(stem) > 2 else stem
    if name.endswith(("左旗", "右旗", "前旗", "中旗", "后旗", "矿区")) and name != "峰峰矿区":
        return name
    stem = name[:-1] if name.endswith("旗") and len(name) > 2 else _PLAIN_SUFFIX.sub("", name)
    return _PEOPLES_AT_END.sub("", stem)


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Return `text` in half width, upper case, without spaces, dashes, brackets and other marks."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
