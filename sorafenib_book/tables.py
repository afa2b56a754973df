"""Read the book's tables, or those of another data package; what tables must fulfil is in ``rules``.

The tables are CSV files beside a Frictionless Data Package, ``datapackage.json``, which says what each column holds.
"""

import functools
import json
from pathlib import Path

import pandas as pd

from .rules import bibliography, files, keys

__all__ = ["DataError", "check", "cite", "listed", "names", "read", "schema"]

_BIBLIOGRAPHY = "references.bib"
_DTYPES = {"number": "float64", "integer": "Int64", "boolean": "boolean"}


class DataError(ValueError):
    """What is wrong with the tables: one sentence a problem, all of them in one message."""

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def names(folder: str | Path | None = None) -> list[str]:
    """List the tables.

    Parameters
    ----------
    folder : path, optional
        Folder of a ``datapackage.json`` of your own; by default the data of the checkout, or those of the installed
        package.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        If the folder has no data package, or one that does not describe its tables.

    Examples
    --------
    >>> names()[:3]
    ['studies', 'endpoints', 'curves']
    """
    return list(_Package(folder).resources)


def listed(folder: str | Path | None = None) -> list[Path]:
    """List the files of the data package; what else lies in its folder is no part of it.

    Parameters
    ----------
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    list of Path
        ``datapackage.json``, the tables' files and, where there is one, ``references.bib``.

    Raises
    ------
    DataError
        As in :func:`names`.
    """
    package = _Package(folder)
    found = ["datapackage.json", *(resource["path"] for resource in package.resources.values())]
    found += [_BIBLIOGRAPHY] if (package.folder / _BIBLIOGRAPHY).is_file() else []
    return [package.folder / name for name in found]


def schema(name: str, folder: str | Path | None = None) -> dict:
    """Describe the columns of a table.

    Parameters
    ----------
    name : str
        Name of the table.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    dict
        Frictionless table schema: ``fields`` (name, type, description, unit, constraints), ``primaryKey`` and
        ``foreignKeys``.

    Raises
    ------
    KeyError
        If there is no such table.
    DataError
        As in :func:`names`.

    Examples
    --------
    >>> [field["constraints"] for field in schema("endpoints")["fields"] if field["name"] == "p"]
    [{'minimum': 0, 'maximum': 1}]
    """
    return _Package(folder).resource(name)["schema"]


def read(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    name : str
        Name of the table.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    pandas.DataFrame
        One column a field: numbers as float64, integers as Int64, true and false as boolean, all else as text (dates
        too, because some are known to the month only). An empty cell is missing.

    Raises
    ------
    KeyError
        If there is no such table.
    DataError
        If the file does not keep to its schema, such as an id that comes twice; or as in :func:`names`.

    Examples
    --------
    >>> read("studies").set_index("id").loc["sharp", "patients"]
    np.int64(602)
    """
    package = _Package(folder)
    package.resource(name)
    if problems := package.problems(name):
        raise DataError(problems)
    table, columns = package.table(name), {}
    for column, field in table.fields.items():
        cells = [row[column] or None for row in table.rows]
        if field.get("type") == "boolean":
            cells = [cell and cell == "true" for cell in cells]
        columns[column] = pd.Series(cells, dtype=_DTYPES.get(field.get("type")))
    return pd.DataFrame(columns)


def cite(source: str, folder: str | Path | None = None) -> str:
    """Name publications briefly, for the rows of a figure.

    Parameters
    ----------
    source : str
        Keys of references.bib, separated by semicolons.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    str
        First author and year of the first publication, as :func:`rules.bibliography.label` has them.

    Raises
    ------
    KeyError
        If the bibliography has no such key.

    Examples
    --------
    >>> cite("negri2015perk;zhang2009perk")
    'Negri 2015'
    """
    path = _find(folder) / _BIBLIOGRAPHY
    wanted, known = source.partition(";")[0], _labels(path, path.stat().st_mtime_ns) if path.is_file() else {}
    if wanted not in known:
        raise KeyError(f"references.bib has no entry {wanted!r}.")
    return known[wanted]


@functools.lru_cache
def _labels(path, changed):
    text = path.read_text(encoding="utf-8", errors="replace")
    return {key: bibliography.label(bibliography.fields(part)) for _, key, part in bibliography.entries(text)}


def check(folder: str | Path | None = None) -> None:
    """Check every table against its schema, and the values against one another, by the rules of ``rules``.

    A rule is asked where its tables and columns are there; a folder of your own may have others.

    Parameters
    ----------
    folder : path, optional
        As in :func:`names`.

    Raises
    ------
    DataError
        With all problems found.

    Examples
    --------
    >>> check()
    """
    package = _Package(folder)
    problems = [problem for name in package.resources for problem in package.problems(name)]
    # late, so that a chapter that only reads tables does not depend on every rule
    from .rules import register

    problems += register.broken({name: package.table(name) for name in package.resources})
    problems += bibliography.problems(_bibliography(package.folder) or "")
    if problems:
        raise DataError(problems)


class _Package:
    """A data package: its tables, each read once, when it is asked for."""

    def __init__(self, folder):
        self.folder, self.read, self.known = _find(folder), {}, {}
        path = self.folder / "datapackage.json"
        try:
            described = json.loads(path.read_text(encoding="utf-8"))
            self.resources = {resource["name"]: resource for resource in described["resources"]}
        except FileNotFoundError:
            raise DataError([f"{path}: no such file; it describes the tables (https://datapackage.org)."]) from None
        except (KeyError, TypeError):
            raise DataError([f"{path}: expected a list of resources, each with a name."]) from None
        except ValueError as error:
            raise DataError([f"{path}: {error}; expected JSON in UTF-8."]) from None
        for name, resource in self.resources.items():
            if not isinstance(resource.get("path"), str):
                raise DataError([f"{path}, resource {name}: expected a path, the name of one CSV file."])
            if not isinstance(resource.get("schema"), dict) or not resource["schema"].get("fields"):
                raise DataError([f"{path}, resource {name}: expected a schema with fields, one for each column."])

    def resource(self, name):
        if name not in self.resources:
            raise KeyError(f"There is no table {name!r}; the tables are {', '.join(self.resources)}.")
        return self.resources[name]

    def _read(self, name):
        if name not in self.read:
            self.read[name] = files.read(self.folder, self.resource(name))
        return self.read[name]

    def table(self, name):
        return self._read(name)[0]

    def problems(self, name):
        table, problems = self._read(name)
        return [*problems, *keys.twice(table), *keys.dangling(table, self._values)]

    def _values(self, target):
        if target not in self.known:
            self.known[target] = self._find_values(target)
        return self.known[target]

    def _find_values(self, target):
        """Values that a column may refer to, as keys.dangling asks for them."""
        if target == "bibliography":
            text = _bibliography(self.folder)
            if text is None:
                raise KeyError(f"there is no {_BIBLIOGRAPHY}, to whose entries it refers.")
            return {key for _, key, _ in bibliography.entries(text)}
        name, _, column = target.partition(".")
        if name not in self.resources:
            raise KeyError(f"the data package has no table {name}, to which it refers.")
        table = self.table(name)
        column = column or "id"
        if column not in table.fields:
            raise KeyError(f"the table {name} has no column {column}, to which it refers.")
        return {row[column] for row in table.rows} if table.whole and column in table.columns else None


def _find(folder):
    """Folder of the data: the given one, the installed package's or the checkout's."""
    here = Path(__file__).parent
    return Path(folder) if folder else next(f for f in (here / "data", here.parent / "data") if f.is_dir())


def _bibliography(folder):
    path = folder / _BIBLIOGRAPHY
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
