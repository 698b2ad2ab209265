"""
The real kiosk channel with a scripted 小福 behind it: to look at the page, and for its tests.

    PYTHONPATH=. python tests/bot/channels/fake_server.py [PORT]
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.kiosk.channel import KioskInput
from bot.channels.kiosk.themes import Theme

THEMES = (
    Theme("居住与落户", ("办居住证要带什么？", "租房合同要备案吗？", "孩子怎么落户？"), "home"),
    Theme("社保医保", ("灵活就业怎么交社保？", "异地就医怎么备案？"), "heart"),
    Theme("开店办企业", ("营业执照多久能办好？", "开小餐馆要办什么证？"), "shop"),
    Theme("老人与家庭", ("高龄津贴怎么领？", "结婚登记要带户口簿吗？"), "family"),
)

RESIDENCE = {
    "title": "深圳经济特区居住证申领",
    "tags": [
        {"label": "秒批", "text": "系统自动核验，符合条件当场出结果"},
        {"label": "全程网办", "text": "在“i深圳”申请，一次也不用跑"},
    ],
    "rows": [
        {"label": "承诺时限", "value": "当场办结"},
        {"label": "费用", "value": "不收费"},
        {"label": "在哪办", "value": "任一街道派出所户籍窗口，或“i深圳”"},
    ],
    "checklist": [
        {"name": "居民身份证", "detail": "原件，当场核验后退回", "waived": False},
        {
            "name": "合法稳定居所证明",
            "detail": "租赁凭证、房产证或单位宿舍证明，任一种",
            "waived": False,
        },
        {"name": "社会保险缴纳记录", "detail": "系统自动核验", "waived": True},
        {"name": "数码相片回执", "detail": "近六个月内拍摄，照相馆可出", "waived": False},
    ],
    "steps": [
        "打开“i深圳”，搜“居住证”，刷脸登录。",
        "核对居住地址和社保记录，上传相片回执号。",
        "提交后当场出结果，证件可选邮寄到家。",
    ],
    "notice": "以广东政务服务网公布为准",
    "checked_on": "2026-11-20",
}

SCRIPT: dict[str, dict[str, Any]] = {
    "居住证": {
        "text": "可以全程在网上办，当场就出结果。到窗口的话，请带好下面几样。",
        "buttons": [
            {"title": "在哪里办？", "payload": "在哪里办"},
            {"title": "要钱吗？", "payload": "要钱吗"},
            {"title": "预约视频办", "payload": "我要预约视频办"},
        ],
        "custom": {
            "kind": "matter",
            "id": "residence-permit",
            "score": 0.93,
            "sources": [
                {"office": "深圳市公安局福田分局", "url": "https://ga.sz.gov.cn/"},
                {"law": "中华人民共和国民法典", "article": "25"},
            ],
            "revision": 12,
            "card": RESIDENCE,
        },
    },
    "户口簿": {
        "text": "不用带。2025 年 5 月 10 日起，结婚登记不再需要户口簿，"
        "在全国任何一个婚姻登记处都能办，双方带上身份证就可以了。",
        "custom": {
            "kind": "answer",
            "id": "marriage-no-hukou-book",
            "score": 0.9,
            "sources": [
                {
                    "law": "中华人民共和国民法典",
                    "article": "1049",
                    "text": "要求结婚的男女双方应当亲自到婚姻登记机关申请结婚登记。",
                    "checked_on": "2026-11-18",
                },
                {"office": "福田区民政局"},
            ],
            "revision": 12,
        },
    },
    "1080": {
        "text": "《民法典》第1080条（2021年1月1日起施行）是这样写的。\n\n完成离婚登记……",
        "custom": {
            "kind": "statute",
            "id": "民法典:1080",
            "score": None,
            "sources": [
                {
                    "law": "民法典",
                    "article": "1080",
                    "text": "完成离婚登记，或者离婚判决书、调解书生效，即解除婚姻关系。",
                }
            ],
            "revision": 12,
            "card": {
                "title": "《民法典》第1080条",
                "articles": [
                    {
                        "law": "民法典",
                        "article": "1080",
                        "text": "完成离婚登记，或者离婚判决书、调解书生效，即解除婚姻关系。",
                        "since": "2021年1月1日起施行",
                    }
                ],
            },
        },
    },
    "预约": {
        "text": "好的，我先复述一遍，您看对不对：",
        "buttons": [
            {"title": "对，就这样预约", "payload": "确认"},
            {"title": "改时间", "payload": "改时间"},
        ],
        "custom": {
            "kind": "booking",
            "id": "residence-permit",
            "score": None,
            "sources": [],
            "revision": 12,
            "card": {
                "title": "视频办预约",
                "rows": [
                    {"label": "办什么", "value": "深圳经济特区居住证申领"},
                    {"label": "时间", "value": "11月25日（星期三）上午 9:30"},
                    {"label": "姓名", "value": "王女士"},
                    {"label": "电话", "value": "138****5678"},
                ],
            },
        },
    },
    "确认": {
        "text": "预约好了。请记下预约号，到时间在手机上点开短信里的链接，工作人员会在视频里等您。",
        "custom": {
            "kind": "booking",
            "id": "residence-permit",
            "score": None,
            "sources": [],
            "revision": 12,
            "card": {
                "title": "视频办预约成功",
                "rows": [
                    {"label": "预约号", "value": "F2611-0042"},
                    {"label": "时间", "value": "11月25日（星期三）上午 9:30"},
                ],
                "notice": "要取消，请告诉我预约号和预留的电话。",
            },
        },
    },
    "火星": {
        "text": "这个问题我还答不上来，怕说错耽误您。可以这样找到能答的人：",
        "custom": {
            "kind": "refuse",
            "id": None,
            "score": 0.11,
            "sources": [],
            "revision": 12,
            "card": {
                "ways": [
                    {"name": "窗口", "text": "大厅咨询台，工作日 9:00–12:00，14:00–18:00"},
                    {"name": "12345", "text": "政务服务便民热线，全天有人接"},
                    {"name": "12348", "text": "公共法律服务热线，免费咨询律师"},
                    {"name": "i福田", "text": "手机上的福田政务服务小程序"},
                ],
            },
        },
    },
    "证件": {
        "text": "您是想问下面哪一件？",
        "buttons": [
            {"title": "居住证怎么办", "payload": "办居住证要带什么"},
            {"title": "身份证丢了怎么补", "payload": "身份证丢了怎么补"},
            {"title": "老年优待证怎么领", "payload": "老年优待证怎么领"},
        ],
        "custom": {"kind": "suggest", "id": None, "score": 0.41, "sources": [], "revision": 12},
    },
    "钱": {
        "text": "不收费。",
        "custom": {
            "kind": "matter",
            "id": "residence-permit",
            "score": 0.88,
            "sources": [{"office": "深圳市公安局福田分局", "checked_on": "2026-11-20"}],
            "revision": 12,
        },
    },
    "<": {
        "text": "<img src=x onerror=document.title='taken'>",
        "buttons": [{"title": "<b>好</b>", "payload": "好"}],
        "custom": {
            "kind": "answer",
            "id": "markup",
            "score": 1.0,
            "sources": [{"office": "<i>处</i>", "url": "javascript:alert(1)"}],
            "revision": 12,
            "card": {"title": "<script>document.title='taken'</script>", "steps": ["<u>一</u>"]},
        },
    },
}
OTHERWISE = {
    "text": "您好，我在。办事、问政策、约视频，都可以告诉我。",
    "custom": {"kind": "smalltalk", "id": None, "score": None, "sources": [], "revision": 12},
}


class Scripted:
    """A turn that looks up what to say; `turns` lists what was asked."""

    def __init__(self, takes: float = 0.3) -> None:
        self.turns: list[str] = []
        self._takes = takes

    async def __call__(self, message: UserMessage) -> None:
        self.turns.append(message.text)
        await asyncio.sleep(5 * self._takes if "慢" in message.text else self._takes)
        if "出错" in message.text:
            raise RuntimeError("scripted")
        found = (said for word, said in SCRIPT.items() if word in message.text)
        said = dict(next(found, OTHERWISE))
        if "数" in message.text:
            said["text"] = f"这是我听到的第 {len(self.turns)} 句话。"
        await message.output_channel.send_response(message.sender_id, said)


def fake_app(name: str = "fake-kiosk", takes: float = 0.3) -> tuple[Sanic, Scripted]:
    """The kiosk at `/` of an app of its own, and the script behind it."""
    kiosk, rasa = KioskInput(THEMES), Scripted(takes)
    app = Sanic(name, configure_logging=False)
    app.blueprint(kiosk.blueprint(rasa), url_prefix=kiosk.url_prefix())
    return app, rasa


if __name__ == "__main__":
    fake_app()[0].run("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 5005)
