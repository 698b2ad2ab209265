"""The visitor's name, as people say it: 我叫王芳, 姓陈, 王芳女士, call me Tom."""

from __future__ import annotations

import re

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆汪范金石廖贾夏韦傅方邹熊白孟秦邱丘侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万"
    "覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关焦柳左甘祝包宁尚符"
    "舒阮纪梅童凌毕单季裴霍涂成苗谷曲盛冉骆蓝辛管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时阳穆农司古吉缪简车项"
    "连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞"
    "敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权"
    "强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓"
    "修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富"
    "尧闭由"
)
_COMPOUND = (
    "欧阳|司马|上官|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|司空|端木|南宫|东郭|百里|呼延|轩辕|"
    "独孤|拓跋"
)
_TITLE = "女士|先生|小姐|太太|阿姨|大爷|大妈|大姐|叔叔|老师|师傅|同志|生(?=$)"
_FULL = rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?"
_AFTER = (
    r"(?=$|[^\u4e00-\u9fff·]|电话|手机|号码|联系|身份|想|要|约|预|办|帮|给|视频|明|后天|大后|下|今|周"
    rf"|星期|礼拜|上午|是|的|啦|吧|啊|呀|来|{_TITLE})"
)
_SAID = re.compile(
    r"(?:我的?名字(?:是|叫)|姓名(?:是|叫)?|名字(?:是|叫|改成|写)|我叫做?|叫我|本人叫?|称呼我|联系人(?:是)?)[:：\s]*"
    rf"(?P<name>{_FULL}|[\u4e00-\u9fff·]{{2,8}}?|[A-Za-z][A-Za-z .'-]{{1,30}}[A-Za-z]){_AFTER}"
    rf"|(?:我是|(?:^|[,，。\s])(?:是|叫))(?P<full>{_FULL}){_AFTER}"
)
_ENGLISH = re.compile(
    r"(?:my name is|i am|i'm|im|call me|this is|name[:：]?|我叫|叫我|我是)?\s*"
    r"(?P<name>[A-Za-z][A-Za-z.'-]{1,20}(?: [A-Za-z][A-Za-z.'-]{0,20}){0,3})",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:您好|你好)?[,，\s]*(?:我的?名字(?:是|叫)?|姓名[:：]?|我叫|叫我|我是|本人|叫|就叫)[:：\s]*"
)
_TAIL = re.compile(r"(?:就行|就可以|就好|即可|吧|啊|呀|哈|啦|咯|喔|哦)*[。.!！，,\s]*$")
_SURNAME_ONLY = re.compile(rf"(?:(?:我|免贵|鄙)?姓)?(?P<name>{_COMPOUND}|[{_SURNAMES}])")
_TITLED = re.compile(rf"(?P<name>.+?)(?:{_TITLE})$")
_WHOLE = re.compile(rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}|(?:{_COMPOUND})")
_CALLED = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8}){1,3}")
_NO_NAME = re.compile(
    r"[吗么呢嘛不没啥谁哪几多错]|什|怎|为何|好的|可以|谢谢|多谢|你好|您好|随便|随意|匿名|保密|预约|视频|取消|时间|电话"
    r"|手机|号码|名字|名称|姓名|人工|再见|拜拜|算了|[上下中]午|明天|后天|今天|晚上|星期|礼拜|周[一二三四五六日]|方便|高兴"
    r"|等下|等等|稍等|何时|何必|任何|安排|知道|确认|确定|办理|办事|居住|社保|医保|身份|本人|自己|代办|深户|是的|对的|没错"
    r"|[她他]|女儿|儿子|老[公婆]|[爸妈]|一样|同上|刚才|还是|改成|帮我|帮忙|告诉|请问|问题|投诉|救命|废物|垃圾|笨蛋|白痴|神经|傻"
)
_NO_ENGLISH_NAME = re.compile(
    r"(?:ok|okay|yes|no|nope|yep|hello|hi|hey|bye|stop|quit|exit|help|thanks?|thank you|sure|what"
    r"|why|how|cancel|name|test|select|drop|script|alert|null|none|fuck|shit|lol|haha)\b",
    re.IGNORECASE,
)

LONGEST = 20
"""Characters of a name that are kept."""


def name_in(text: str, *, alone: bool, surely: bool = False) -> str | None:
    """
    The name said in `text`.

    alone: whether the whole text may be a name, as when it was just asked for.
    surely: take only what begins with a surname, since the text may mean something else.
    """
    text = text.strip()
    if alone and (name := _alone(text, surely)):
        return name[:LONGEST]
    said = (found["name"] or found["full"] for found in _SAID.finditer(text))
    return next((name[:LONGEST] for name in said if not _NO_NAME.search(name)), None)


def _alone(text: str, surely: bool) -> str | None:
    """A message that is nothing but a name, with what politeness puts around it."""
    said = _TAIL.sub("", _LEAD.sub("", text)).strip()
    if surname := _SURNAME_ONLY.fullmatch(said):
        return f"姓{surname['name']}"
    english = _ENGLISH.fullmatch(_TAIL.sub("", text))
    if english and not surely and not _NO_ENGLISH_NAME.match(english["name"]):
        return english["name"].strip()
    titled = _TITLED.fullmatch(said)
    name = titled["name"] if titled else said
    if _NO_NAME.search(name):
        return None
    if titled and len(name) == 1:
        return said  # 王女士 is what she goes by
    called = _WHOLE.fullmatch(name) or (not surely and _CALLED.fullmatch(name))
    return name if called else None
