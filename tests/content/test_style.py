"""How the chapters speak: length, sentences, captions, and words that a reader would have to guess."""

import re

import prose
import pytest
from checkout import CHAPTERS
from sphinx_plotly_figures import figures

#: Chapters that were rewritten, and the words each may have.
WORDS = {"monotherapy": 3500, "combination": 3500, "traditional": 3500, "emerging_theory": 3500, "targets": 3500}
WORDS |= {"primary_resistance": 4000, "acquired_resistance": 4000}
SENTENCE, HEADLINE, BELOW = 35, 15, 45
#: What a reader new to the book stumbled over.
GUESSED = re.compile(
    r"from memory|nobody has seen|(?:not|was|were) seen\b|authors not seen|looked back upon|weightings\b|own out\b"
    r"|the review alone|open marks?\b|tumours were held|(?:speaks|tells) of\b|unseen",
    re.IGNORECASE,
)


def chapter(name):
    return CHAPTERS[f"chapters/{name}.ipynb"]


def read_through(text):
    """Text without exercises, solutions and tables."""
    text = re.sub(r"(?s)```\{solution-start\}.*?```\{solution-end\}\n```", "", text)
    text = re.sub(r"(?s)```\{exercise\}.*?\n```", "", text)
    return re.sub(r"(?m)^\|.*$", "", text)


def sentences(text):
    """The sentences of a text, each with its number of words; a linked number counts as one."""
    for passage, _ in prose.passages(text):
        for sentence in re.split(r"(?<=[.!?])\s+", re.sub(r"\b(et al|vs|v)\.", r"\1", passage)):
            if count := len(prose.words(sentence)):
                yield sentence, count


@pytest.mark.parametrize("name", WORDS)
def test_a_chapter_keeps_its_length(name):
    found = list(sentences(read_through("\n\n".join(prose.markdown_cells(chapter(name))))))
    assert sum(count for _, count in found) <= WORDS[name]
    assert [sentence for sentence, count in found if count > SENTENCE or sentence.count(";") > 1] == []


@pytest.mark.parametrize("name", WORDS)
def test_a_caption_keeps_its_length(name):
    for _, item in figures.figure_cells(chapter(name)):
        headline, _, below = item["caption"].partition(". ")
        assert 4 <= len(headline.split()) <= HEADLINE, f"{item['name']}: {headline}"
        assert len(below.split()) <= BELOW, f"{item['name']}: {len(below.split())} words below the headline"


@pytest.mark.parametrize("name", WORDS)
def test_no_word_has_to_be_guessed(name):
    texts = prose.markdown_cells(chapter(name))
    texts += [item[part] for _, item in figures.figure_cells(chapter(name)) for part in ("caption", "alt")]
    assert [found[0] for text in texts for found in GUESSED.finditer(text)] == []


def test_what_counts_as_a_sentence():
    text = "One [10.7](../data/endpoints.csv#a.b) months. Two v. three, or four!\n\n| not | this |\n|---|---|\n"
    text += "\n```{exercise} Nor\n:label: a\n\nthis.\n```\n\n- A point; it counts."
    assert [count for _, count in sentences(read_through(text))] == [3, 5, 4]
    assert GUESSED.search("no response was seen") and not GUESSED.search("no response was observed")
