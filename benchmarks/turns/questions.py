"""What both sides are asked: every question ends in a custom action that answers it."""

from __future__ import annotations

QUESTIONS = (
    "办居住证要带什么",
    "加班费怎么算",
    "高龄津贴要钱吗",
    "什么情况算工伤",
    "生育津贴网上能办吗",
    "楼上漏水把我家泡了，谁来赔",
    "租赁备案多久能办好",
    "老板拖欠工资，去哪里要",
    "失业保险金在哪办",
    "容缺受理是什么，谁可以用",
    "户外广告设置许可要什么材料",
    "劳动仲裁怎么申请，要花钱吗",
)

A_VISIT = 3
"""Questions a citizen asks before the next one steps up."""

PUBLISHED = "labour-overtime"
"""Id of the entry that is edited and published while citizens ask for it, …"""

PUBLISHED_QUESTION = "加班费怎么算"
"""… and how they ask."""
