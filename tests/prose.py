"""The prose of the book as MyST reads it: passages, the links in them, and the numbers that no link accounts for."""

import csv
import json
import re
from html.parser import HTMLParser

import yaml
from checkout import ROOT
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinx_plotly_figures import figures
from sphinx_plotly_figures.tables import table

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:199\d|20[0-2]\d|2030)"
with (ROOT / "data" / "studies.csv").open(encoding="utf-8", newline="") as _file:
    _ACRONYMS = sorted({re.escape(row["acronym"]) for row in csv.DictReader(_file) if row["acronym"]}, reverse=True)

#: Numbers that need no link, and why. Everything else with a digit in it does.
EXCEPTIONS = [
    # a year, or a date of one, is history and not a measurement
    rf"\b(?:\d{{1,2}} )?(?:{_MONTH} )?(?<![\d.,]){_YEAR}s?\b(?![.,]\d|%| (?:patients|people|cases|deaths|months)\b)",
    # the level of an interval, next to the word that says so
    r"\b95%(?=\s(?:\w+\s)?(?:CI|confidence|intervals?|bands?|limits?|of the curves)\b)",
    # a trial that has a row in data/studies.csv is called by its name
    rf"\b(?:{'|'.join(_ACRONYMS)})(?!\w)",
    # names of genes, proteins, cell lines, trials and registry entries begin with a capital: VEGFR-2, NCT00105443
    r"(?<![\w.])[A-Z][A-Za-z]*-?\d+[A-Za-z0-9-]*|\bPLC/PRF/5\b",
    r"\b(?:miR-\d+\w*|HIF-\d\w*|5-FU|m6A|p\d\d)\b",
    # classes with a digit in their name
    r"\b[Gg]rades? [1-5](?:(?:-|–| or | and )[1-5])?\b",
    r"\bBCLC [0A-D]\b",
    # parts of the review and of the book: Figure 2, reference 17
    r"\b(?:Figures?|Tables?|[Rr]eferences?|[Cc]hapters?) \d+(?: and \d+)?\b",
    # the ratio of no effect
    r"\b(?:above|below) 1\b(?![.,]\d)",
    # a landmark or a horizon that a cell sets: at 12 months, the 6-month rate
    r"\b(?:at|by|within|until|beyond|to|first) (?:6|12|18|24)\s(?:and (?:6|12|18|24)\s)?months\b",
    r"\b(?:6|12|18|24)-month\b",
    # how long reading takes
    r"\b\d+\smin(?:utes)?\b",
    # the normal distribution's point for a 95% interval
    r"\b1\.96\b",
    # licences and versions
    r"\bCC BY 4\.0\b",
    r"\bPython 3\.\d+\b",
]
_EXCEPTIONS = re.compile("|".join(f"(?:{pattern})" for pattern in EXCEPTIONS))
_NUMBER = re.compile(r"[-−]?\d+(?:[,  ]\d{3})*(?:\.\d+)?")
#: Directives whose body is no prose.
_NO_PROSE = {"bibliography", "code", "code-block", "code-cell", "data-table", "include", "math", "raw", "toctree"}
_LINKED = "\N{OBJECT REPLACEMENT CHARACTER}"


def _parser():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(config["parse"]["myst_enable_extensions"])
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


_PARSER = _parser()


def markdown_cells(notebook):
    """Sources of a notebook's Markdown cells."""
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def _tokens(text):
    """Tokens of a text and of all directives' bodies in it; a directive comes as (name, argument, options)."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    for token in _PARSER.parse(text):
        directive = re.fullmatch(r"\{([\w:-]+)\}\s*(.*)", token.info.strip()) if "fence" in token.type else None
        if directive:
            options, body = _options(token.content)
            yield directive[1], directive[2], options
            if directive[1] not in _NO_PROSE:
                yield from _tokens(body)
        else:
            yield token


def _options(content):
    if block := re.match(r"---\n(.*?)\n---\n", content, re.S):
        return yaml.safe_load(block[1]) or {}, content[block.end() :]
    options, rest = {}, content.splitlines()
    while rest and (option := re.fullmatch(r":([\w-]+):\s*(.*)", rest[0])):
        options[option[1]] = option[2]
        rest.pop(0)
    return options, "\n".join(rest)


def directives(text):
    """Name, argument and options of each directive in a text."""
    return [token for token in _tokens(text) if isinstance(token, tuple)]


def headings(text):
    """Headings of a text, without markup."""
    tokens = [token for token in _tokens(text) if not isinstance(token, tuple)]
    pairs = zip(tokens, tokens[1:], strict=False)
    return ["".join(c.content for c in inline.children) for start, inline in pairs if start.type == "heading_open"]


def passages(text):
    """Paragraphs, list items and table cells of a text.

    Yields
    ------
    tuple
        The words outside links to data, code, formulas and roles; and the links as (text, target).
    """
    heading = False
    for token in _tokens(text):
        if isinstance(token, tuple) or token.type != "inline":
            heading = not isinstance(token, tuple) and token.type == "heading_open"
        elif not heading:
            yield _words_and_links(token.children)


def _words_and_links(children):
    words, links, target, shown = "", [], None, ""
    for child in children:
        if child.type == "link_open":
            target, shown = child.attrs["href"], ""
        elif child.type == "link_close":
            links.append((shown, target))
            words += _LINKED if accounted(shown, target) else shown
            target = None
        elif child.type in ("text", "softbreak", "hardbreak"):
            piece = child.content or " "
            words, shown = (words, shown + piece) if target else (words + piece, shown)
    return words, links


def accounted(shown, target):
    """Whether other tests compare a link's text with what it leads to."""
    return bool(re.match(r"(?:\.\./)*data/\w+\.csv#", target) or re.match("#(?:fig|tab)-", target))


def words(text):
    """Words of a text; a linked number counts as one."""
    return [word for passage, _ in passages(text) for word in re.findall(rf"[\w{_LINKED}][^\s]*", passage)]


def loose_numbers(passage):
    """Find numbers that neither a link nor an exception accounts for.

    Returns
    -------
    list of tuple
        The number and the sentence it stands in.
    """
    found = []
    for sentence in re.split(r"(?<=[.!?:;])\s+(?=[A-Z(])", passage):
        rest = _EXCEPTIONS.sub(lambda match: " " * len(match[0]), sentence)
        shown = sentence.replace(_LINKED, "[…]").strip()
        found += [(match[0], shown) for match in _NUMBER.finditer(rest)]
    return found


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.style = "", False

    def handle_starttag(self, tag, attrs):
        self.style = tag == "style"
        self.text += " "

    def handle_data(self, data):
        self.text += "" if self.style else data


def output_numbers(cell):
    """Numbers that a code cell's stored outputs show: a table's text, or a figure's table and labels."""
    shown = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if figures.PLOTLY in data:
            layout = {key: value for key, value in data[figures.PLOTLY]["layout"].items() if key != "template"}
            shown += [json.dumps(table(data[figures.PLOTLY])[1]), json.dumps(figures.plain(layout))]
        elif "text/html" in data:
            parser = _Text()
            parser.feed("".join(data["text/html"]))
            shown.append(parser.text)
        else:
            shown.append("".join(data.get("text/plain", output.get("text", ""))))
    return {float(number) for number in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)", " ".join(shown))}


def occurs(number, values, sentence=""):
    """Whether a number is one of some values, rounded as it is written; "about" in a sentence allows a twentieth."""
    plain = float(re.sub(r"[,  ]", "", number).replace("−", "-"))
    off = 0.5 * 10 ** -len(number.partition(".")[2]) + 1e-9
    if re.search(rf"\b(?:about|near|nearly|around|almost) {re.escape(number)}(?![\d.,]\d)", sentence):
        off = max(off, abs(plain) / 20)
    return any(abs(plain - value) <= off for value in values)


def numbers(text):
    """Numbers in a link's text."""
    return _NUMBER.findall(text)


def named_cells(notebook):
    """Code cells by the names that links use: a figure's name, or the ``(tab-...)=`` target before the cell."""
    named, waiting = {}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            waiting += [t.content for t in _PARSER.parse("".join(cell["source"])) if t.type == "myst_target"]
        elif cell["cell_type"] == "code":
            figure = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
            named |= dict.fromkeys([*waiting, *([figure] if figure else [])], cell)
            waiting = []
    return named
