"""Which article of which law a question names: 民法典第1079条, 个保法六十九条说什么."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from knowledge_base.statutes import article_number
from knowledge_base.text import normalise

_NUMERAL = "[0-9〇零一二两三四五六七八九十百千]"
_INSERTED = "(?:之(?P<inserted{0}>十?[一二三四五六七八九]|十|1?[1-9]|10))?"
_BETWEEN = "(?:里面|里头|当中|的|里|中|关于)*"
_ORDINAL = rf"第(?P<number1>{_NUMERAL}{{1,9}}+)(?![编章节款项次年月天个届])条?{_INSERTED.format(1)}"
_WITH_UNIT = rf"(?P<number2>{_NUMERAL}{{1,9}}+)条{_INSERTED.format(2)}"
# 民法典1079, but not 交通法12分: without 第 and 条 a number needs two digits and no measure.
_BARE = (
    rf"(?P<number3>{_NUMERAL}{{2,9}}+){_INSERTED.format(3)}"
    "(?=$|[说讲是写呢啊吗的里怎]|规定|内容|什么|有哪)"
)
_ARTICLE = f"(?:{_ORDINAL}|{_WITH_UNIT}|{_BARE})"
_ASKING = "(?:我|想|要|帮|给|请|查|看|问|找|说|念|一下|知道|关于|那|和)*"
_OTHER_LAW = re.compile(
    rf"^{_ASKING}(?P<law>[\u4e00-\u9fff]{{1,24}}?(?:法典|法|条例|规定|办法|细则|解释))"
    rf"{_BETWEEN}第(?P<number>{_NUMERAL}{{1,9}}+)条{_INSERTED.format('')}"
)
_ONLY_NUMBER = re.compile(
    rf"^(?:那|还有|再看|看看?|查)*第?(?P<number>{_NUMERAL}{{1,9}}+)条{_INSERTED.format('')}"
    "(?:呢|说|讲|是|规定|怎么|什么|的|写|内容|了|啥)*$"
)


class AskedArticle(NamedTuple):
    """law: its official name, or for an unknown one the name that was said. article: in digits."""

    law: str
    article: str


class ArticleReader:
    """
    Reads the articles that questions name.

    names: the official name by everything that a law is called.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._laws = {normalise(name): law for name, law in names.items()}
        longest_first = sorted(map(re.escape, filter(None, self._laws)), key=len, reverse=True)
        self._known = re.compile(f"(?P<law>{'|'.join(longest_first)}){_BETWEEN}{_ARTICLE}")

    def read(self, text: str, last_law: str | None = None) -> AskedArticle | None:
        """
        The first article that `text` names.

        last_law: the law an article of which was shown just before; 「那第1080条呢」 means it.
        """
        plain = normalise(text)
        if not re.search(_NUMERAL, plain):
            return None
        if found := self._known.search(plain):
            kind = next(n for n in "123" if found[f"number{n}"])
            law = self._laws[found["law"]]
            return _asked(law, found[f"number{kind}"], found[f"inserted{kind}"])
        if found := _OTHER_LAW.search(plain):
            return _asked(found["law"], found["number"], found["inserted"])
        if last_law and (found := _ONLY_NUMBER.search(plain)):
            return _asked(last_law, found["number"], found["inserted"])
        return None


def _asked(law: str, number: str, inserted: str | None) -> AskedArticle | None:
    article = article_number(f"{number}之{inserted}" if inserted else number)
    return AskedArticle(law, article) if article else None
