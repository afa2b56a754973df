"""The bibliography, references.bib: whole entries, each publication once."""

import re

_ENTRY = re.compile(r"^(?=@)", re.MULTILINE)
_KEY = re.compile(r"@(\w+)\s*\{\s*([^,\s{}]+)\s*,")
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{+(.*?)\}+,?$", re.MULTILINE)
_NO_ENTRY = ("comment", "string", "preamble")


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


def problems(text):
    """Find entries that are cut or come twice: by key, DOI, PMID or title.

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
    seen = {}
    for line, key, part in entries(text):
        if not key:
            first = part.partition("\n")[0].strip()
            yield f'references.bib line {line}: found "{first}", expected the beginning of an entry, @article{{key,.'
            continue
        opened, closed = (len(re.findall(rf"(?<!\\)\{brace}", part)) for brace in "{}")
        if opened != closed:
            found = f"{opened} braces opened and {closed} closed"
            yield f"references.bib line {line} ({key}): found {found}, expected as many of both."
        fields = dict(_FIELD.findall(part))
        known = {"key": key} | {column: fields.get(column, "").lower() for column in ("pmid", "title", "doi")}
        for column, value in known.items():
            place = f"references.bib line {line} ({key}), field {column}"
            if value and (column, value) in seen:
                yield f'{place}: found "{value}", which entry {seen[column, value]} has too, expected it once.'
            seen[column, value] = key
        if (doi := fields.get("doi")) and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
            yield f'{place}: found "{doi}", expected the form 10.number/name.'
