"""The bibliography, references.bib: whole entries, each publication once, under a label of its own, none retracted."""

import functools
import re

_ENTRY = re.compile(r"^(?=@)", re.MULTILINE)
_KEY = re.compile(r"@(\w+)\s*\{\s*([^,\s{}]+)\s*,")
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", re.MULTILINE)
_NO_ENTRY = ("comment", "string", "preamble")
#: What ``retraction_checked`` may say: list, its date and what it has of the publication, or why it was not looked up.
LOOKED_UP = re.compile(
    r"Retraction Watch \d{4}-\d\d-\d\d: (no notice|(retraction|expression of concern|correction|reinstatement) .+)"
    r"|not looked up: .+"
)


@functools.lru_cache(maxsize=4)
def entries(text):
    """Take a bibliography apart.

    Parameters
    ----------
    text : str
        BibTeX in which an entry begins with ``@`` at the beginning of a line.

    Returns
    -------
    list of tuple
        Line, key (empty if it has none) and text of each entry.
    """
    found, line = [], 1
    for part in _ENTRY.split(text):
        kind = re.match(r"@(\w*)", part)
        if kind and kind[1].lower() not in _NO_ENTRY:
            key = _KEY.match(part)
            found.append((line, key[2] if key else "", part))
        line += part.count("\n")
    return found


def fields(entry):
    """Take an entry apart.

    Parameters
    ----------
    entry : str
        Text of an entry, one line a field.

    Returns
    -------
    dict of str to str
        Fields by name, without the outer braces; authors keep those that hold a name together.
    """
    return {name: value if name == "author" else value.strip("{}") for name, value in _FIELD.findall(entry)}


def short_title(title):
    """Shorten the title that stands where nobody is named as an author.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
        What comes before the colon, at most seven words.

    Examples
    --------
    >>> short_title("{TALENTACE: on-demand chemoembolisation}")
    'TALENTACE'
    >>> short_title("Impact of epidermal growth factor receptor protein and gene alteration")
    'Impact of epidermal growth factor receptor …'
    """
    words = title.strip("{}").partition(": ")[0].split()
    return " ".join(words if len(words) <= 7 else [*words[:6], "…"])


def label(fields):
    """Name a publication as text, figures and list do.

    Parameters
    ----------
    fields : mapping of str to str
        Fields of an entry. Its short title stands where ``author`` is missing.

    Returns
    -------
    str

    Examples
    --------
    >>> label({"author": "Qin, S. and Kudo, M.", "year": "2023", "extradate": "b", "title": "Tislelizumab"})
    'Qin 2023b'
    >>> label({"title": "Doxorubicin: prescribing information"})
    'Doxorubicin'
    """
    who = re.match(r"\{*([^,}]*)", fields["author"])[1] if "author" in fields else short_title(fields["title"])
    return f"{who} {year(fields)}".removesuffix(" n.d.")


def year(fields):
    """Year of a publication as printed.

    Parameters
    ----------
    fields : mapping of str to str
        Fields of an entry. ``extradate`` is the letter that tells publications of one author and year apart;
        ``retracted`` says why a retracted one is still a source.

    Returns
    -------
    str

    Examples
    --------
    >>> year({"year": "2023", "extradate": "b"}), year({"extradate": "b"}), year({"year": "2014", "retracted": "..."})
    ('2023b', 'n.d.-b', '2014, retracted')
    """
    letter = fields.get("extradate", "")
    shown = fields["year"] + letter if "year" in fields else "-".join(["n.d.", *letter])
    return shown + ", retracted" if "retracted" in fields else shown


def cut(text):
    """Find entries without a key, and braces that are not closed.

    Parameters
    ----------
    text : str
        The bibliography.

    Yields
    ------
    str
        One sentence a problem.
    """
    for line, key, part in entries(text):
        opened, closed = (len(re.findall(rf"(?<!\\)\{brace}", part)) for brace in "{}")
        if not key:
            first = part.partition("\n")[0].strip()
            yield f'references.bib line {line}: found "{first}", expected the beginning of an entry, @article{{key,.'
        elif opened != closed:
            found = f"{opened} braces opened and {closed} closed"
            yield f"references.bib line {line} ({key}): found {found}, expected as many of both."


def problems(text):
    """Find entries that are cut, come twice (by key, DOI, PMID, title or label), or hide that they are retracted.

    Parameters
    ----------
    text : str
        The bibliography.

    Yields
    ------
    str
        One sentence a problem.

    Examples
    --------
    >>> list(problems("@article{llovet2008sharp, title = {{Sorafenib},}"))
    ['references.bib line 1 (llovet2008sharp): found 3 braces opened and 2 closed, expected as many of both.']
    """
    yield from cut(text)
    seen, asked = {}, "retraction_checked" in text
    for line, key, part in entries(text):
        if not key:
            continue
        place, has = f"references.bib line {line} ({key}), field", fields(part)
        known = {"key": key} | {column: has.get(column, "").lower() for column in ("pmid", "title", "doi")}
        known["extradate"] = label(has) if "title" in has else ""
        for column, value in known.items():
            if value and (column, value) in seen:
                yield f'{place} {column}: found "{value}", which entry {seen[column, value]} has too, expected it once.'
            seen[column, value] = key
        if (doi := has.get("doi")) and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
            yield f'{place} doi: found "{doi}", expected the form 10.number/name.'
        if "not seen" in has.get("author", ""):
            yield f'{place} author: found "{has["author"]}", expected names, or no such field: the title then stands.'
        looked_up = has.get("retraction_checked", "")
        if asked and not LOOKED_UP.fullmatch(looked_up):
            expected = '"Retraction Watch 2026-08-08: no notice" or the like, or "not looked up: " and why'
            yield f'{place} retraction_checked: found "{looked_up}", expected {expected}.'
        if ": retraction " in looked_up and "retracted" not in has:
            yield f"{place} retracted: found nothing, expected why a retracted publication is still a source."
