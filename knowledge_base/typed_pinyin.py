"""Pinyin that citizens type instead of characters: juzhuzheng zenme ban, shebao ka."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, pairwise
from math import log

from knowledge_base.text import normalise, syllable, unaccented

_SYLLABLES = frozenset(
    """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can
cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai
chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de den deng di
dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng
fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian
jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku
kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin
ling liu lo long lou lu luan lue lun luo lv lve ma mai man mang mao me mei men meng mi mian
miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin
ning niu nong nou nu nuan nue nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian
piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran
rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha
shai shan shang shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si
song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu
tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong
xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang
zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai
zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
""".split()  # noqa: SIM905 (four hundred quoted strings are no easier to read)
)
_LONGEST = 6
_RUN = re.compile("[a-z]+(?: [a-z]+)*")
_FEWEST = 2
"""Syllables from which on letters are taken for pinyin."""

_SMOOTHING = 0.01


@cache
def syllables(word: str) -> tuple[str, ...] | None:
    """The fewest syllables that `word` (small letters) is made of; None when it is not pinyin."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start in range(max(0, end - _LONGEST), end)
            if (before := best[start]) is not None and word[start:end] in _SYLLABLES
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1]


class TypedPinyin:
    """
    Reads typed pinyin as the words that the texts it was built from are made of.

    Most likely characters by which follows which in the texts (a first-order Markov chain, decoded
    by Viterbi). What reads as nothing they say is English, and stays.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._single: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            self._single.update(text)
            self._pairs.update(pairwise(text))
        self._size = self._single.total()
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for char in self._single:
            self._spelt[syllable(char)].append(char)

    def read(self, text: str) -> str:
        """`text`, normalised, with characters for pinyin."""
        return normalise(_RUN.sub(lambda found: self._put(found[0].split()), text))

    def _put(self, words: Sequence[str]) -> str:
        """Words of small letters, with characters for those that are pinyin."""
        told = []
        for typed, some in groupby(words, lambda word: syllables(word) is not None):
            together = list(some)
            told.append((typed and self._characters(together)) or " ".join(together))
        return " ".join(told)

    def _characters(self, words: Sequence[str]) -> str | None:
        sounds = [unaccented(sound) for word in words for sound in syllables(word) or ()]
        if len(sounds) < _FEWEST or not all(self._spelt.get(sound) for sound in sounds):
            return None
        best = self._likeliest(sounds)
        said = sum(pair in self._pairs for pair in pairwise(best))
        return "".join(best) if said * 2 >= len(best) - 1 else None

    def _likeliest(self, sounds: Sequence[str]) -> str:
        paths = {char: (log(self._single[char]), char) for char in self._spelt[sounds[0]]}
        for sound in sounds[1:]:
            paths = {
                char: max(
                    (likely + self._follows(path[-1], char), path + char)
                    for likely, path in paths.values()
                )
                for char in self._spelt[sound]
            }
        return max(paths.values())[1]

    def _follows(self, before: str, char: str) -> float:
        often = self._pairs[before, char] + _SMOOTHING * self._single[char] / self._size
        return log(often / (self._single[before] + _SMOOTHING))


def is_typed(text: str) -> bool:
    """Whether `text`, normalised, may have pinyin in it: half its words of letters at least."""
    words = [word for run in _RUN.findall(text) for word in run.split()]
    pinyin = sum(syllables(word) is not None for word in words)
    return 0 < len(words) <= 2 * pinyin
