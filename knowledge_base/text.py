"""Text as the search compares it: one spelling for what citizens mean the same by."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from knowledge_base import cantonese, english

_FEWEST = 2
"""Characters that must be left for a greeting or filler to go: 你好吗 is not 吗."""

_OPENER = r"""
    [您你]好 | 哈[喽啰] | 嗨 | (?:hello|hi)(?![a-z]) | (?:早上|上午|中午|下午|晚上)好 | 在吗
    | 小福(?=[\s你您请我帮]) | 打扰(?:一下|了) | 不好意思 | 劳驾 | 麻烦(?![不吗事])[您你]?
    | 请问(?:一?下)? | (?:我?想|我要)?(?:请教|咨询|了解|问)(?:一?下|问)(?!题)
    | 我?想(?:问|知道|了解|咨询)
    | 帮我[查看](?:一下|查|看) | 那个 | 那么 | 是这样的 | 就是说
    | [嗯呃哎唉哦噢啊诶] | 喂(?![养奶食])
"""
_PARTICLE = "[啊呀哈呢哦噢喔啦呗哟咯喽嗯诶]"
_CLOSER = rf"""
    谢谢[您你]?[啦了]? | 多谢 | 感谢 | 拜托了? | 麻烦[您你]?了 | 辛苦了 | 在线等
    | {_PARTICLE} | (?<!干)嘛
"""
_OPENING = re.compile(rf"(?: ^ | (?<=\s) ) (?: (?:{_OPENER}) \s? )+", re.VERBOSE)
# Only from the first of a run of them: else a run of n is tried n times.
_CLOSING = re.compile(
    rf"(?<!{_PARTICLE})(?<!谢谢) (?: \s? (?:{_CLOSER}) )+ (?= \s | $ )", re.VERBOSE
)
# 网吧 and 什么 are words; only the last two of a run are looked at, not each of them anew.
_ASKING = re.compile("(?:吗|(?<![网酒氧水书茶陶贴])吧|(?<![什怎这那多要])么){1,2}$")
_NEEDLESS_SPACE = re.compile(" (?:(?![a-z0-9])|(?<![a-z0-9] ))")


class _Characters(dict[int, str]):
    """For str.translate: letters and digits stay, marks and controls go, the rest parts words."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        kept = char if category[0] in "LN" else "" if category[0] in "CM" else " "
        self[code] = kept
        return kept


_CHARACTERS = _Characters({ord("\n"): " ", ord("\t"): " ", ord("\r"): " "})
# Variants that OpenCC's traditional-to-simplified table leaves as they are.
_CHARACTERS.update({ord(a): b for a, b in zip("衞舖祇麽吿", "卫铺只么告", strict=True)})


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _traditional() -> re.Pattern[str]:
    """Finds the characters that make OpenCC change a text; it takes its time over every one."""
    han = [chr(code) for first, last in _HAN for code in range(first, last)]
    changed = _simplifier().convert("-".join(han)).split("-")
    told = {one for one, other in zip(han, changed, strict=True) if one != other} | _MIXED
    return re.compile(f"[{''.join(sorted(told))}{_RARE}]")


_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_RARE = "\U00020000-\U00031fff"
"""All of these: a pattern that lists some of them looks at one after another."""
_MIXED = frozenset("瞭藉覆俱彷沈牴衹")
"""Changed only in some words."""


def _simplified(text: str) -> str:
    if not _traditional().search(text):
        return text
    simplified: str = _simplifier().convert(text)
    return simplified


@lru_cache(maxsize=16_384)  # a turn asks several times, a rebuild for every phrasing
def normalise(text: str) -> str:
    """
    The words of `text` in one spelling: simplified, lower case, half width, Mandarin, without
    punctuation, greetings and fillers. Spaces stay only between Latin words and numbers.

    A text of nothing but fillers stays; normalising twice changes nothing.
    """
    text = text.rstrip(_END)  # else all would be done twice for a question mark
    while (plain := _normalise_once(text)) != text:
        text = plain
    return text


_END = " 。.？?！!"


def spelt(text: str) -> str:
    """
    `text` in the spelling of `normalise`, in a third of the time: for what we write ourselves,
    which has neither greetings nor Cantonese.
    """
    return _NEEDLESS_SPACE.sub("", " ".join(_simplified(_unmarked(text)).split()))


def _unmarked(text: str) -> str:
    """`text` in small letters of half width, with spaces where it has punctuation."""
    for mark in _WIDE_MARKS:
        text = text.replace(mark, " ")
    return unicodedata.normalize("NFKC", text).lower().translate(_CHARACTERS)


_WIDE_MARKS = "，：；？！（）"
"""What most texts have that NFKC changes: without it, it sees at once that it has nothing to do."""


def _normalise_once(text: str) -> str:
    text = _simplified(cantonese.is_to_mandarin(_unmarked(text)))
    text = english.to_chinese(" ".join(cantonese.to_mandarin(text).split()))
    bare = _CLOSING.sub("", _OPENING.sub("", text))
    return _NEEDLESS_SPACE.sub("", bare if len(bare.strip()) >= _FEWEST else text)


def gist(text: str) -> str:
    """
    What `text` asks, normalised and without the 吗 at its end: 能代办吗 and 能代办 ask the same.
    """
    plain = normalise(text)
    bare = _ASKING.sub("", plain) if plain[-1:] in "吗吧么" else plain
    return bare if len(bare) >= _FEWEST else plain


@cache
def syllable(char: str) -> str:
    """The commonest reading of `char`; see `pinyin`. A character without one stands for itself."""
    return unaccented(lazy_pinyin(char, style=Style.NORMAL)[0])


def unaccented(sound: str) -> str:
    """A toneless syllable without the distinctions that Shenzhen's accents do not make."""
    if sound[:2] in {"zh", "ch", "sh"}:
        sound = sound[0] + sound[2:]
    if sound[0] == "n" and len(sound) > 1:
        sound = "l" + sound[1:]
    return sound[:-1] if sound.endswith(("ang", "eng", "ing")) else sound


def pinyin(text: str) -> list[str]:
    """
    One toneless syllable per character; characters without one stand for themselves.

    zh/z, ch/c, sh/s, n/l, ang/an, eng/en and ing/in are one: southern speakers and speech
    recognition mix them up.
    """
    return [syllable(char) for char in text if char != " "]
