"""What all sides index and are asked: entries, questions with the entry they mean, and noise."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from opencc import OpenCC

from knowledge_base import files
from knowledge_base.text import pinyin
from xiaofu.services import CONTENT

CLEAN = "原样"
CLEAN_ASKED, NOISY_ASKED = 150, 40
"""Questions asked at most, as they are and of each kind of noise; the slowest side sets it."""

LONG = 130
"""Characters of a long answer: what most of ours have."""

_SEED = 20261123


@dataclass(frozen=True)
class Question:
    """kind: CLEAN, or the noise in it. gold: the id of the entry it means."""

    kind: str
    text: str
    gold: str


@dataclass(frozen=True)
class Texts:
    """entries: (id, text), the labelled ones first, then fillers up to the largest size."""

    name: str
    entries: Sequence[tuple[str, str]]
    questions: Sequence[Question]

    def write(self, path: Path, size: int) -> None:
        """For a side that is another program: the first `size` entries, and the questions."""
        told = {
            "entries": self.entries[:size],
            "questions": [asdict(question) for question in self.questions],
        }
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def bare(some: Texts) -> Iterator[tuple[tuple[str, ...], str]]:
    """For every entry its phrasing, and another's text for an answer."""
    for (_, text), (_, other) in zip(some.entries, reversed(some.entries), strict=True):
        yield (text,), f"{other}。"


def rich(some: Texts) -> Iterator[tuple[tuple[str, ...], str]]:
    """For every entry three phrasings, half of two of them another's, and a LONG answer."""
    chance = random.Random(_SEED)
    for _, text in some.entries:
        others = [other for _, other in chance.choices(some.entries, k=LONG // 4)]
        mixed = (text[: len(text) // 2] + other[len(other) // 2 :] for other in others[:2])
        yield tuple(dict.fromkeys((text, *mixed))), f"{'，'.join(others)[: LONG - 1]}。"


def read(paths: Sequence[Path], size: int) -> Texts:
    """
    Labelled files: rows {"type": "kb", "id", "question"}, {"type": "query", "text", "gold"}, and
    {"kind", "text", "gold"} for the noisy ones.
    """
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    entries = [(str(row["id"]), row["question"]) for row in rows if row.get("type") == "kb"]
    asked = [
        Question(row.get("kind", CLEAN), row["text"], str(row["gold"]))
        for row in rows
        if "gold" in row
    ]
    return _filled("、".join(path.stem for path in paths), entries, asked, size)


def generated(size: int) -> Texts:
    """The content git carries: an entry by its question, asked by its first alias."""
    content = files.read(CONTENT)
    some = [one for shelf in content.entries.values() for one in shelf if one.aliases]
    asked = [Question(CLEAN, one.aliases[0], one.id) for one in some]
    chance = random.Random(_SEED)
    asked += [
        Question(kind, noisy, question.gold)
        for kind, disturb in _noises([question.text for question in asked]).items()
        for question in chance.sample(asked, min(len(asked), 4 * NOISY_ASKED))
        if (noisy := disturb(question.text, chance)) != question.text
    ]
    return _filled("知识库里的问法", [(one.id, one.question) for one in some], asked, size)


def _filled(
    name: str, entries: Sequence[tuple[str, str]], asked: Sequence[Question], size: int
) -> Texts:
    """With fillers: the first half of one entry and the second half of another."""
    chance = random.Random(_SEED)
    texts = [text for _, text in entries]
    known = set(texts)
    every = list(entries)
    while len(every) < size:
        first, second = chance.choice(texts), chance.choice(texts)
        mixed = first[: len(first) // 2] + second[len(second) // 2 :]
        if mixed not in known:
            known.add(mixed)
            every.append((f"filler-{len(every)}", mixed))
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in asked:
        kinds[question.kind].append(question)
    chosen = [
        question
        for kind, some in sorted(kinds.items())
        for question in chance.sample(
            some, min(len(some), CLEAN_ASKED if kind == CLEAN else NOISY_ASKED)
        )
    ]
    return Texts(name, every, chosen)


def _noises(texts):
    """What happens to questions on their way, by name; each makes a text out of a text."""
    traditional = OpenCC("s2t")
    sounding = defaultdict(set)
    for char in {char for text in texts for char in text}:
        sounding["".join(pinyin(char))].add(char)

    def misheard(text, chance):
        place = chance.randrange(len(text))
        others = sorted(sounding["".join(pinyin(text[place]))] - {text[place]})
        return text[:place] + (chance.choice(others) if others else "") + text[place + 1 :]

    def mistyped(text, chance):
        place = chance.randrange(max(len(text) - 1, 1))
        return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]

    return {
        "语音听错": lambda text, chance: misheard(misheard(text, chance), chance),
        "打错": mistyped,
        "繁体": lambda text, _: traditional.convert(text),
        "寒暄": lambda text, _: f"你好，请问一下{text}呀，谢谢",
    }
