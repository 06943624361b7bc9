"""Reading a pasted Chinese address: name, telephone, province and the rest, in whatever order and with whatever labels.

It guesses, and a person looks at what it guessed. It never raises; what it cannot tell stays empty.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: Provinces by their official names, with their English ones. We do not send to the last three, but know them.
PROVINCES_EN: Mapping[str, str] = MappingProxyType(
    {
        "北京市": "Beijing", "天津市": "Tianjin", "河北省": "Hebei", "山西省": "Shanxi", "内蒙古自治区": "Inner Mongolia",
        "辽宁省": "Liaoning", "吉林省": "Jilin", "黑龙江省": "Heilongjiang", "上海市": "Shanghai", "江苏省": "Jiangsu",
        "浙江省": "Zhejiang", "安徽省": "Anhui", "福建省": "Fujian", "江西省": "Jiangxi", "山东省": "Shandong",
        "河南省": "Henan", "湖北省": "Hubei", "湖南省": "Hunan", "广东省": "Guangdong", "广西壮族自治区": "Guangxi",
        "海南省": "Hainan", "重庆市": "Chongqing", "四川省": "Sichuan", "贵州省": "Guizhou", "云南省": "Yunnan",
        "西藏自治区": "Tibet", "陕西省": "Shaanxi", "甘肃省": "Gansu", "青海省": "Qinghai", "宁夏回族自治区": "Ningxia",
        "新疆维吾尔自治区": "Xinjiang", "台湾省": "Taiwan", "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao",
    }
)  # fmt: skip
_SHORT = {re.sub(r"(壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$", "", name): name for name in PROVINCES_EN}
#: Cities of the provinces, for addresses that begin with the city.
_CITIES = {
    "河北省": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水",
    "山西省": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古自治区": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布",
    "辽宁省": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛",
    "吉林省": "长春 吉林 四平 辽源 通化 白山 松原 白城",
    "黑龙江省": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化",
    "江苏省": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 张家港",
    "浙江省": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌",
    "安徽省": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建省": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江",
    "江西省": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 井冈山",
    "山东省": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南省": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源",
    "湖北省": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 仙桃 潜江 天门",
    "湖南省": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 醴陵",
    "广东省": "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西壮族自治区": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南省": "海口 三亚 三沙 儋州 琼海 文昌 万宁",
    "四川省": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳",
    "贵州省": "贵阳 六盘水 遵义 安顺 毕节 铜仁",
    "云南省": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧",
    "西藏自治区": "拉萨 日喀则 昌都 林芝 那曲",
    "陕西省": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃省": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南",
    "青海省": "西宁 海东",
    "宁夏回族自治区": "银川 石嘴山 吴忠 固原 中卫",
    "新疆维吾尔自治区": "乌鲁木齐 克拉玛依 吐鲁番 哈密 石河子",
    "台湾省": "台北 高雄 台中 台南 新北",
}
_PROVINCE_OF_CITY = {city: province for province, cities in _CITIES.items() for city in cities.split()}

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[-\s]?)?(1[3-9][0-9])[-\s]?([0-9]{4})[-\s]?([0-9]{4})(?:\s?(?:-|转|#)\s?[0-9]{1,6})?(?![0-9])"
)
_POSTCODE = re.compile(r"(?:邮政编码|邮编|post ?code|zip)\s*[:：]?\s*[0-9]{6}(?![0-9])", re.IGNORECASE)
#: Longer labels first. A label counts with a colon behind it, or alone at the beginning of a line or after a comma.
_LABELS = {
    "name": "收货人姓名|收件人姓名|收货人名称|联系人姓名|收货人|收件人|联系人|姓名|名字|name|recipient|to",
    "phone": "收货人手机号|收件人电话|手机号码|电话号码|联系电话|联系方式|手机号|手机|电话|mobile|phone|tel",
    "region": "所在地区|所在区域|所在省市|收货地区|省市区|地区|region|province",
    "street": "详细地址|收货地址|收件地址|街道地址|联系地址|邮寄地址|街道|地址|address",
}
#: "手机 139…" in the middle of a line: the number itself shows what the word before it is.
_CALLED = re.compile(rf"(?:{_LABELS['phone']})\s*:?\s*(?={_MOBILE.pattern})", re.IGNORECASE)
_LABEL = re.compile("|".join(rf"(?P<{kind}>{words})" for kind, words in _LABELS.items()), re.IGNORECASE)
_MARKED = re.compile(
    rf"(?:(?<=[\n,;])|^)\s*(?:{'|'.join(_LABELS.values())})(?:\s*:|\s+|(?=\n))|(?:{'|'.join(_LABELS.values())})\s*:",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[\n,;|\t]+|(?<![0-9A-Za-z])/|/(?![0-9A-Za-z])")
_PLACE_WORDS = re.compile(
    "省|自治区|自治州|[市区县镇乡村旗盟]|街道|[路街巷弄道]|大道|胡同|[号栋幢座室楼层组户]|单元|小区|花园|大厦|广场|公寓|学校|大学|医院|公司|超市|驿站"
)
_HAS_NUMBER = re.compile(r"[0-9A-Za-z]")
_TITLE = "先生|女士|小姐|老师|阿姨|叔叔|同学|师傅|大姐|大哥"
_NAME = re.compile(
    rf"[{_HAN}]{{2,4}}|[{_HAN}]{{1,3}}(?:{_TITLE})|[{_HAN}]{{2,8}}[·•][{_HAN}]{{1,8}}|[A-Za-z][A-Za-z.'\- ]{{1,39}}"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古"
    "吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬邝欧娜"
)
_AFTER_HOUSE = re.compile(rf"(?<=[号室楼栋幢座层户组店铺元村])([{_HAN}]{{2,4}}(?:{_TITLE})?)$")
_BEFORE_PROVINCE = re.compile(rf"^([{_HAN}]{{2,4}}?)(?=(?:中国)?(?:{'|'.join((*PROVINCES_EN, *_SHORT))}))")
#: 吉林市 is a city, 上海路 a street, 海南藏族自治州 lies in 青海.
_NOT_AFTER_SHORT = "市路街大区县道藏蒙巷"
MOST_CHARACTERS = 600


class ParsedAddress(NamedTuple):
    """What could be told from a pasted text; empty where nothing could. `address` is what lies below the province."""

    name: str
    phone: str
    province: str
    address: str


def parse_address(text: str) -> ParsedAddress:
    """Take a pasted address apart."""
    tidy = _CALLED.sub("\n", _tidy(text))
    phone = ""
    if found := _MOBILE.search(tidy):
        phone = "".join(found.groups())
    tidy = _POSTCODE.sub("\n", _MOBILE.sub("\n", tidy))
    name, region, rest = _labelled(tidy)
    chunks = [chunk for chunk in (_clean(part) for part in rest) if chunk]
    if not name:
        name, chunks = _take_name(chunks)
    province, address = _below_province(_joined(region), _joined(chunks))
    return ParsedAddress(name[:40], phone, province, address[:200])


def province_of(text: str) -> str:
    """Return the official name of the province an address begins with, or ''."""
    return _split_province(_clean(_tidy(text)))[0]


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).replace("。", "\n").replace("、", ",").replace("\r", "\n")
    return "".join(
        "\n" if character == "\n" else " " if unicodedata.category(character)[0] == "C" else character for character in text
    ).replace("\u00a0", " ")


def _clean(part: str) -> str:
    return re.sub(r"\s+", " ", part).strip(" :-_.*\"'()[]【】")


def _labelled(text: str) -> tuple[str, list[str], list[str]]:
    """Return the labelled name, the labelled region, and every other part in order."""
    name = ""
    region: list[str] = []
    rest: list[str] = []
    ends = [*(found for found in _MARKED.finditer(text))]
    rest += _split_spaces(text[: ends[0].start()] if ends else text)
    for at, mark in enumerate(ends):
        body = text[mark.end() : ends[at + 1].start() if at + 1 < len(ends) else len(text)]
        label = _LABEL.search(mark.group())
        kind = label.lastgroup if label else None
        parts = [cleaned for part in _PARTS.split(body) if (cleaned := _clean(part))]
        if kind == "name" and not name and parts:
            words = parts[0].split(" ")
            takes_all = parts[0].isascii()
            name = parts[0] if takes_all else words[0]
            rest += [*([] if takes_all else words[1:]), *parts[1:]]
        elif kind == "region" and not region:
            region, rest = [piece for part in parts[:1] for piece in _split_spaces(part)], [*rest, *parts[1:]]
        else:
            rest += _split_spaces(body)
    return name, region, rest


def _split_spaces(text: str) -> list[str]:
    """Split at separators, and at spaces unless both sides are Latin letters (a name in two words)."""
    return [piece for part in _PARTS.split(text) for piece in re.split(r"(?<![A-Za-z.])\s+|\s+(?![A-Za-z])", part) if piece]


def _take_name(chunks: list[str]) -> tuple[str, list[str]]:
    """Find who lives there among the chunks: alone, glued before the province, or glued behind the house number."""
    best, most = -1, 0
    for at, chunk in enumerate(chunks):
        points = _name_points(chunk)
        if points > most:
            best, most = at, points
    if best >= 0:
        return chunks[best], chunks[:best] + chunks[best + 1 :]
    for at, chunk in enumerate(chunks):
        found = _BEFORE_PROVINCE.match(chunk)
        if found and found.group(1) != "中国" and not _PLACE_WORDS.search(found.group(1)):
            return found.group(1), [*chunks[:at], chunk[found.end(1) :], *chunks[at + 1 :]]
    for at, chunk in enumerate(chunks):
        found = _AFTER_HOUSE.search(chunk)
        if found and found.group(1)[0] in _SURNAMES and not _PLACE_WORDS.search(found.group(1)):
            return found.group(1), [*chunks[:at], chunk[: found.start(1)], *chunks[at + 1 :]]
    return "", chunks


def _name_points(chunk: str) -> int:
    """Say how much a chunk looks like a person's name; 0 is not at all."""
    if not _NAME.fullmatch(chunk) or _split_province(chunk)[0]:
        return 0
    if re.search(rf"(?:{_TITLE})$", chunk) or "·" in chunk:
        return 5
    if chunk.isascii():
        return 2 if " " in chunk or len(chunk) > 3 else 0
    place = _PLACE_WORDS.search(chunk[1:])  # 路遥 and 江一村 are people, 和平路 and 江口村 are not
    if chunk[0] in _SURNAMES:
        return 1 if place else 4 if len(chunk) < 4 else 3
    return 0 if place else 2


def _joined(chunks: list[str]) -> str:
    """Join pieces of an address: Chinese without spaces, Latin words with one."""
    out = ""
    for chunk in chunks:
        gap = " " if out and out[-1].isascii() and chunk[0].isascii() else ""
        out += gap + chunk
    return out


def _below_province(region: str, street: str) -> tuple[str, str]:
    """Return the province and all below it; a region told twice is kept once."""
    province, below = _split_province(region)
    again, lower = _split_province(street)
    if again and province in ("", again):
        if below and lower.startswith(below):
            below = ""
        province, street = again, lower
    elif below and street.startswith(below):
        below = ""
    return province, below + street


def _split_province(text: str) -> tuple[str, str]:
    """Return (province, the rest), or ('', text)."""
    rest = text.removeprefix("中国").lstrip(" ,-")
    province = ""
    while True:
        for name in PROVINCES_EN:
            if rest.startswith(name) and province in ("", name):
                province, rest = name, rest[len(name) :].lstrip(" -·")
                break
        else:
            short = next((name for name in _SHORT if rest.startswith(name)), "")
            follows = rest[len(short) : len(short) + 1]
            if short and province in ("", _SHORT[short]) and follows not in tuple(_NOT_AFTER_SHORT):
                province, rest = _SHORT[short], rest[len(short) :].removeprefix("省").lstrip(" -·")
                continue
            break
    if province:
        return province, rest
    for length in (5, 4, 3, 2):
        city = rest[:length]
        if city in _PROVINCE_OF_CITY and rest[length : length + 1] in ("市", " ", "") and rest[length:]:
            return _PROVINCE_OF_CITY[city], rest
    return "", text
