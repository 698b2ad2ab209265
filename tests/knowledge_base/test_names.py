import subprocess
import sys

import pytest

from knowledge_base.names import Mention, Named, Names


@pytest.fixture(scope="module")
def names():
    return Names(
        {
            "matters": {
                "permit": ("居住证申领", "居住证"),
                "renewal": ("居住证签注",),
                "company": ("营业执照",),
                "shop": ("营业执照", "个体户"),
            },
            "laws": {"民法典": ("民法典", "中华人民共和国民法典")},
            "streets": {"shatou": ("沙头街道", "沙头")},
            "offices": {"police": ("福田公安分局",)},
        }
    )


def test_every_kind_of_name_is_found_at_once(names):
    assert names.find("沙头街道的居住证申领归福田公安分局管吗？民法典怎么说") == Named(
        matters=frozenset({"permit"}),
        laws=frozenset({"民法典"}),
        streets=frozenset({"shatou"}),
        offices=frozenset({"police"}),
    )


def test_the_longest_name_wins(names):
    assert names.find("居住证签注要多久").matters == {"renewal"}
    assert names.find("中华人民共和国民法典").laws == {"民法典"}


def test_a_name_that_several_bear_means_all_of_them(names):
    assert names.find("营业执照").matters == {"company", "shop"}


def test_spans_count_in_the_normalised_text(names):
    assert names.mentions("請問：居住證、個體戶？") == (
        Mention("matters", frozenset({"permit"}), 0, 3),
        Mention("matters", frozenset({"shop"}), 3, 6),
    )


@pytest.mark.parametrize("text", ["", "？！", "\ud800", "今天天气不错"])
def test_a_text_without_names_names_nothing(names, text):
    assert names.find(text) == Named()


def test_the_search_needs_no_tensorflow():
    look = (
        "import sys, knowledge_base.matter_search, knowledge_base.evaluation;"
        "print(*{'spacy', 'tensorflow', 'rasa', 'sanic'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
