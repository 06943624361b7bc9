"""Who buys: invented people in towns near and far, some with an account, most as guests."""

import random

from marketplace.accounts import services as accounts
from marketplace.demo.people import adult_name
from marketplace.demo.state import Building
from marketplace.demo.values import BUYER_PHONE, Buyer
from marketplace.kernel.identity import Sex

#: Province, share of the buyers, towns.
_TOWNS = (
    ("江西省", 34, ("萍乡市安源区", "南昌市红谷滩区", "南昌市青山湖区", "吉安市吉州区", "宜春市袁州区", "九江市浔阳区")),
    ("湖南省", 14, ("长沙市岳麓区", "长沙市雨花区", "株洲市天元区", "醴陵市")),
    ("广东省", 16, ("深圳市南山区", "深圳市龙岗区", "广州市天河区", "东莞市南城街道", "佛山市南海区")),
    ("浙江省", 8, ("杭州市西湖区", "杭州市余杭区", "宁波市鄞州区")),
    ("上海市", 8, ("浦东新区", "徐汇区", "闵行区")),
    ("福建省", 5, ("厦门市思明区", "福州市鼓楼区")),
    ("湖北省", 5, ("武汉市洪山区", "武汉市江岸区")),
    ("江苏省", 4, ("南京市鼓楼区", "苏州市姑苏区")),
    ("北京市", 4, ("朝阳区", "海淀区")),
    ("四川省", 2, ("成都市武侯区",)),
)
_ROADS = ("荷花路", "示范路", "青云路", "学院路", "临江大道", "香樟路", "新华巷", "莲塘路")
_GIVEN = "一舟 晓彤 立新 静怡 海燕 家明 雪梅 国栋 文静 志诚 丽娜 宏伟 晨光 佩珊 建华 思齐 雅文 向东 可欣 世杰"
#: Of all buyers, this share has opened an account.
_WITH_ACCOUNT = 0.3


def invite_buyers(build: Building) -> None:
    """Draw the buyers and open the accounts of those who have one; the first can be tried at the sign-in page."""
    dice = build.dice
    for number in range(build.size.buyers):
        name = "林一舟" if number == 0 else _name(dice)
        phone = str(BUYER_PHONE + number)
        user_id = None
        if number == 0 or dice.random() < _WITH_ACCOUNT:
            user = accounts.create_user(build.session, name=name, phone=phone, password_hash=build.password_hash)
            user_id = user.id
        province, _, towns = dice.choices(_TOWNS, [share for _, share, _ in _TOWNS])[0]
        house = f"{dice.randint(1, 188)}号{dice.randint(1, 18)}栋{dice.randint(101, 2604)}室"
        address = f"{dice.choice(towns)}{dice.choice(_ROADS)}{house}"
        weight = 12 if number == 0 else dice.choices((1, 2, 5, 9), (52, 30, 14, 4))[0]
        build.buyers.append(Buyer(name, phone, province, address, user_id, weight))
    with_account = sum(buyer.user_id is not None for buyer in build.buyers)
    build.tell(f"buyers: {len(build.buyers)}, {with_account} with an account")


def _name(dice: random.Random) -> str:
    sex = dice.choice((Sex.MALE, Sex.FEMALE))
    return adult_name(dice, sex)[0] + dice.choice(_GIVEN.split())
