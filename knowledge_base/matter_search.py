"""Matter search: the matter a question is about, or the few it may be about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from knowledge_base.names import Names
from knowledge_base.ranking import Ranking, Text, View, Wording, letters, sounds
from knowledge_base.search import SHOWN, Hit, Mask, highest, nearest_phrasing
from knowledge_base.text import normalise, pinyin

_VIEWS = (
    View("letters", 0.6, partial(Wording, units=letters, besides=0.5, beyond=1.0)),
    View("sounds", 0.4, partial(Wording, units=sounds, besides=0.5, beyond=1.0)),
)
"""A name must be said whole; what a question says besides the name counts half."""

_OFFER = 0.28
_SPREAD = 0.25
_FEWEST = 2
_LOOKED_AT = 10
_UNMISTAKABLE = 4
"""Characters from which on a name is known by its sound alone: 法援 sounds like 法院."""

# What citizens ask about any matter. It says nothing about which.
_ASKED = re.compile(
    r"""
    (?:都|还)?(?:需要|要|得|该)?(?:带|交|准备|提交|提供|备)(?:些|齐)?(?:什么|哪些|啥)
        (?:材料|资料|东西|证件|手续)?
    | (?:需要|要|有)?(?:什么|哪些|啥)(?:材料|资料|手续|条件|要求)
    | (?:大概|一般)?(?:需要|要)?(?:多久|多长时间|几天|多少天|什么时候)
        (?:才?能|可以)?(?:办好|办完|办下来|下来|拿到|出证|办理|办)?
    | (?:应该|要|可以)?[去到在上]?(?:哪里|哪儿|哪个窗口|哪个部门|什么地方)
        (?:可以|能)?(?:办理|办|申请|申领|交|弄|领)?
    | (?:需要|要)?[交花付]?(?:多少钱|费用|收费|收钱|要钱|花钱|免费)
    | (?:应该|该|要)?(?:怎么|如何|怎样|咋样?)(?:才能|可以|去)?
        (?:办理|申请|申办|申领|办|弄|搞|做|领|走)?
    | (?:能不能|可不可以|是不是可以|可以|能)?在?(?:网上|线上|在线|手机上?|现场|窗口)
        (?:可以|能)?(?:办理|办|申请|弄)?
    | (?:能不能|可不可以|可以|能)(?:找人|让别人|让家人|帮忙)?(?:代办|代领|办理|办)
    | (?:我|我们)?(?:想要?|要|打算|准备|需要)[去来]?(?:办理|申请|申办|申领|办)[一个张]{0,2}
    | (?:办理|申请)?(?:流程|步骤|指南|条件|材料|时限|进度|地点|电话|手续)(?:是什么|有哪些)?
    | 办理|申办|申领|申请|办[一个张]{0,2} | [吗吧]$
    """,
    re.VERBOSE,
)
_PARTICLES = re.compile("[这那个的了呢啊呀吗吧它要是我您你们]|请问|一下")
_OFFICIALESE = re.compile("办理|申办")
# What is done with a licence. A name without it is not what a question with it means.
_ERRANDS = {
    "变更": re.compile("变更|换法人|改名|改地址|换地址"),
    "延续": re.compile("延续|延期|续期|续签|续证|签注|到期|过期|年审|年检|失效"),
    "注销": re.compile("注销|撤销|取消|销户|吊销"),
    "补换": re.compile("补办|补领|补换|换领|换证|换发|补发|补证|挂失|丢|遗失|不见|坏了|损坏"),
    "转移": re.compile("转移|转入|转出|转到|迁出"),
}


# What tells a matter from another of otherwise the same name; official names add it in brackets.
_PARTS = re.compile("临时|(?:国家|省|市|区|县|街道)级|(?<=[（(])[^（）()]+(?=[）)])")


@dataclass(frozen=True)
class MattersFound:
    """certain: the one matter it must be. close: else, up to SHOWN to ask back with, best first."""

    certain: str | None
    close: tuple[Hit, ...]


class MatterSearch:
    """
    Matters, to be found by name or alias in whatever is asked about them.

    A matter is certain only when one of its names is said in full, by letters or by sound, and
    nothing else in the question speaks for another: 食品经营许可 alone may be 新办, 变更 or 延续.

    matters: the names of each, by id.
    after, gone: a search to go on from, without those of its matters that are in `gone`.
    """

    def __init__(
        self,
        matters: Mapping[str, Sequence[str]],
        names: Names,
        after: MatterSearch | None = None,
        gone: Collection[str] = (),
    ) -> None:
        self._names = names
        plain = [list(map(normalise, called)) for called in matters.values()]
        cores = [list(map(_core, called)) for called in plain]
        before = after._ids if after else ()
        self._ids: tuple[str, ...] = (*before, *matters)
        self._standing: Mask = np.array(
            [id not in gone for id in before] + [True] * len(plain), bool
        )
        told = zip(matters, map("\n".join, plain), strict=True)
        before_told = after._told.items() if after else ()
        self._told: dict[str, str] = {id: names for id, names in before_told if id not in gone}
        self._told.update(told)
        self._cores: _Cores = _Cores(cores, after._cores if after else None)
        called_too = [[*called, *bare] for called, bare in zip(plain, cores, strict=True)]
        self._sounds: _Sounds = _Sounds(called_too, after._sounds if after else None)
        texts = [Text(bare) for bare in cores]
        self._ranking: Ranking = Ranking(texts, _VIEWS, after._ranking if after else None)

    def find(self, text: str) -> MattersFound:
        question = normalise(text)
        wanted = _errands(question), _parts(text)
        near = self._nearest(_core(question))
        named = self._named(question)
        if len(named) == 1:
            (candidate,) = named
            own = next((hit.score for hit in near if hit.id == candidate), 0.0)
            rivals = (hit.score for hit in near if hit.id != candidate)
            if max(rivals, default=0.0) <= max(own, _OFFER) and self._does(candidate, wanted):
                return MattersFound(candidate, ())
        return MattersFound(None, self._close(near, named, wanted))

    def bare(self, text: str) -> bool:
        """Whether `text` is but names and what is asked about any matter (要带什么)."""
        question = normalise(text)
        for mention in reversed(self._names.mentions(question)):
            question = question[: mention.start] + question[mention.end :]
        return len(_PARTICLES.sub("", _ASKED.sub("", question))) < _FEWEST

    def _close(
        self, near: Sequence[Hit], named: Collection[str], wanted: _Wanted
    ) -> tuple[Hit, ...]:
        """What to ask back with: what does as wanted, else what was named, else what is near."""
        floor = max(_OFFER, near[0].score - _SPREAD) if near else 0.0
        close = [hit for hit in near if hit.score >= floor]
        able = [hit for hit in close if self._does(hit.id, wanted)]
        if any(wanted) and able:
            close = able
        elif len(named) > 1 or not close:
            close = [hit for hit in near if hit.id in named]
        return tuple(close[:SHOWN])

    def _nearest(self, core: str) -> list[Hit]:
        """The matters near enough to be worth a look, best first."""
        if not self._ids or not core:
            return []
        scores, signals = self._ranking.scores(core)
        looked_at = highest(scores, self._standing, _LOOKED_AT)
        return [
            Hit(
                self._ids[place],
                float(scores[place]),
                nearest_phrasing(core, self._cores.at(place)),
                {name: float(signal[place]) for name, signal in signals.items()},
            )
            for place in looked_at
        ]

    def _named(self, question: str) -> frozenset[str]:
        """The matters named in full: by letters, else by sound, else by their bare name."""
        for reading in (question, _OFFICIALESE.sub("办", question)):
            if named := self._names.find(reading).matters & self._told.keys():
                return named
        sounds = [(sound, self._at(places)) for sound, places in self._sounds.heard(question)]
        heard = {sound for sound, ids in sounds if ids}
        longest = {one for one in heard if not any(one in o and one != o for o in heard)}
        if longest:
            return frozenset().union(*(ids for sound, ids in sounds if sound in longest))
        core = _core(question)
        if not core or not self._at(self._cores.being(core)):
            return frozenset()
        return self._at(self._cores.holding(core))

    def _at(self, places: Iterable[int]) -> frozenset[str]:
        return frozenset(self._ids[place] for place in places if self._standing[place])

    def _does(self, matter: str, wanted: _Wanted) -> bool:
        """Whether the matter does all that is wanted with a licence, and is for all it is for."""
        errands, parts = wanted
        names = self._told[matter]
        return errands <= _errands(names) and all(part in names for part in parts)


_Wanted = tuple[frozenset[str], frozenset[str]]
"""What a question wants done with a licence, and what else tells its matter from others."""


def _core(text: str) -> str:
    """What is left of a name or question (normalised) without what is asked about any matter."""
    core = _ASKED.sub("", text)
    return core if len(core) >= _FEWEST else text


def _errands(text: str) -> frozenset[str]:
    return frozenset(errand for errand, words in _ERRANDS.items() if words.search(text))


def _parts(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, _PARTS.findall(text))))


class _Sounds:
    """
    The names that are known by their sound alone.

    names: those at each place. after: the same of the places before.
    """

    def __init__(self, names: Sequence[Sequence[str]], after: _Sounds | None) -> None:
        self._after = after
        self._first: int = after.size if after else 0
        self.size: int = self._first + len(names)
        self._places: dict[str, list[int]] = defaultdict(list)
        self._lengths: dict[str, set[int]] = defaultdict(set)  # in syllables, by the first one
        for place, called in enumerate(names, self._first):
            for name in called:
                if len(name) >= _UNMISTAKABLE:
                    syllables = pinyin(name)
                    self._places[_joined(syllables)].append(place)
                    self._lengths[syllables[0]].add(len(syllables))

    def heard(self, question: str) -> list[tuple[str, list[int]]]:
        """Every name that sounds in the question, a space around its syllables, and its places."""
        return self._among(pinyin(question))

    def _among(self, said: Sequence[str]) -> list[tuple[str, list[int]]]:
        sounds = {
            _joined(said[start : start + length])
            for start, first in enumerate(said)
            for length in self._lengths.get(first, ())
        }
        own = [(sound, self._places[sound]) for sound in sounds if sound in self._places]
        return [*(self._after._among(said) if self._after else ()), *own]


def _joined(syllables: Sequence[str]) -> str:
    return f" {' '.join(syllables)} "


class _Cores:
    """
    What is left of names, to find those that have another one in them.

    cores: those at each place. after: the same of the places before.
    """

    def __init__(self, cores: Sequence[Sequence[str]], after: _Cores | None) -> None:
        self._after = after
        self._first: int = after.size if after else 0
        self.size: int = self._first + len(cores)
        self._cores = cores
        self._lines = "".join(f"\n{core}" for some in cores for core in some) + "\n"
        self._begins = np.cumsum([0, *(sum(len(core) + 1 for core in some) for some in cores)])

    def at(self, place: int) -> Sequence[str]:
        if self._after and place < self._first:
            return self._after.at(place)
        return self._cores[place - self._first]

    def being(self, core: str) -> list[int]:
        """The places with exactly this one."""
        return self._matching(f"\n{re.escape(core)}(?=\n)")  # begins with what it looks for

    def holding(self, core: str) -> list[int]:
        """The places with this one in one of theirs."""
        return self._matching(re.escape(core))

    def _matching(self, pattern: str) -> list[int]:
        found = [match.start() for match in re.finditer(pattern, self._lines)]
        own = self._first + np.searchsorted(self._begins, found, side="right") - 1
        return [*(self._after._matching(pattern) if self._after else ()), *own.tolist()]
