"""Break the statistics, one expression at a time, and see whether a test notices.

usage: python -m tools.research.mutants [MODULE ...] [--count N] [--seed S]

Makes N seeded mutants (60 unless told) of each module of `sorafenib_book` (all but `tables` unless named), runs
`tests/package/test_MODULE*.py` on each in a copy of the checkout, prints which survived, and fails where fewer than 90%
were killed. mutmut 3 makes none of a decorated function, such as the properties that hold most formulas, nor outside
functions; cosmic-ray works in the tree itself, one slow process a mutant, and neither draws a seeded sample.
"""

import argparse
import ast
import copy
import importlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from multiprocessing import connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "sorafenib_book"
GOAL = 0.9
_OPERATORS = {
    **{ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult], ast.Pow: [ast.Mult]},
    **{ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd], ast.And: [ast.Or], ast.Or: [ast.And]},
    **{ast.FloorDiv: [ast.Mult], ast.Mod: [ast.Mult], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq]},
    **{ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.LtE]},
    **{ast.In: [ast.NotIn], ast.NotIn: [ast.In], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is]},
}
_NAMES = {"min": "max", "head": "tail", "low": "high", "hr_low": "hr_high", "lower": "upper", "any": "all", "sf": "cdf"}
_NAMES |= {"ppf": "isf", "idxmin": "idxmax", "cummin": "cummax", "floor": "ceil", "minimum": "maximum", "mean": "sum"}
_NAMES |= {b: a for a, b in _NAMES.items()}
_LEVELS = {0.95: 0.9, 0.975: 0.95, 1.96: 1.645, 95: 90, 97.5: 95}
_DROPPED = {"sqrt", "log", "exp", "abs", "log1p", "expm1", "tanh", "sign", "square", "round"}
_SYMMETRIC = {"min", "max", "minimum", "maximum", "union", "logaddexp", "hypot"}  # in their arguments


def changes(node):
    """Other nodes that could stand in the place of this one, each with its kind."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in _OPERATORS.get(type(node.op), ()):
            yield "operator", _with(node, op=other())
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            for other in _OPERATORS[type(operator)]:
                yield "comparison", _with(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        values = {node.value + 1, node.value - 1, node.value * 2, _LEVELS.get(node.value, node.value)}
        yield from (("constant", ast.Constant(value)) for value in sorted(values - {node.value}))
    if isinstance(node, ast.UnaryOp):
        yield "sign" if isinstance(node.op, ast.USub) else "negation", node.operand
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "negation", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    field = {ast.Name: "id", ast.Attribute: "attr"}.get(type(node), "")
    if isinstance(getattr(node, "ctx", None), ast.Load) and getattr(node, field, "") in _NAMES:
        yield "name", _with(node, **{field: _NAMES[getattr(node, field)]})
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in _DROPPED and node.args:
            yield "dropped call", node.args[0]
        if len(node.args) > 1 and called not in _SYMMETRIC:
            yield "swapped arguments", _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    stored = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if stored or called or isinstance(node, ast.AugAssign | ast.Raise | ast.Continue | ast.Break):
        yield "removed statement", ast.Pass()


def _with(node, **fields):
    changed = copy.copy(node)
    vars(changed).update(fields)
    return changed


def _places(parent):
    """Every node below this one that a value may depend on, as (container, key): no message, no hint."""
    for field, value in ast.iter_fields(parent):
        container, keys = (value, range(len(value))) if isinstance(value, list) else (vars(parent), [field])
        for key in keys if field not in ("annotation", "returns", "decorator_list") else ():
            node = container[key]
            if isinstance(node, ast.AST) and not isinstance(node, ast.JoinedStr):
                yield container, key
                if not isinstance(node, ast.Raise):
                    yield from _places(node)


def mutants(source, count, seed):
    """Draw mutants of a module's source: each as (line, kind, before, after, mutated source), in the order of lines."""
    tree, draw = ast.parse(source), random.Random(seed)
    unchanged = _code(ast.unparse(tree))
    places, found = list(_places(tree)), []
    draw.shuffle(places)
    for container, key in places:
        node = container[key]
        if len(found) == count or not (possible := list(changes(node))):
            continue
        kind, other = draw.choice(possible)
        container[key] = other
        text = ast.unparse(tree)
        container[key] = node
        if _code(text) != unchanged:
            before, after = (ast.unparse(n).partition("\n")[0][:90] for n in (node, other))
            found.append((node.lineno, kind, before, after, text))
    return sorted(found)


def _code(text):
    """What the module does, comparable: its compiled code without docstrings and line numbers."""

    def parts(code):
        inner = tuple(parts(c) if hasattr(c, "co_code") else repr(c) for c in code.co_consts)
        return code.co_code, inner, code.co_names, code.co_varnames

    return parts(compile(text, "module", "exec", optimize=2))


def _test(folder, tests):
    """Run the tests of a copy in a process of its own that knows no other checkout; its exit code is pytest's."""
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    sys.dont_write_bytecode = True  # a mutant of the same second and size would be taken for the one before
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("tools", PACKAGE)]:
        del sys.modules[name]
    os._exit(sys.modules["pytest"].main(["-x", "-q", "-p", "no:cacheprovider", *tests]))


def survivors(module, sources, folders):
    """Run a module's tests on each of its sources, one in each folder at a time; yields (number, survived)."""
    tests = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/package").glob(f"test_{module}*.py"))
    if not tests:
        sys.exit(f"{PACKAGE}/{module}.py has no tests: expected tests/package/test_{module}.py")
    original = (ROOT / PACKAGE / f"{module}.py").read_text(encoding="utf-8")

    def start(folder, source):
        (folder / PACKAGE / f"{module}.py").write_text(source, encoding="utf-8")
        process = multiprocessing.get_context("fork").Process(target=_test, args=(folder, tests))
        process.start()
        return process, time.monotonic()

    began = time.monotonic()
    for source, passes in ((original, True), ("raise ImportError", False)):
        process, _ = start(folders[0], source)
        process.join()
        if (process.exitcode == 0) != passes:
            sys.exit(f"{', '.join(tests)}: {'fail unmutated' if passes else f'pass without {module}.py'}")
    limit = 20 + 5 * (time.monotonic() - began)
    waiting, free, running = list(enumerate(sources)), list(folders), {}
    while waiting or running:
        while waiting and free:
            (number, source), folder = waiting.pop(0), free.pop()
            running[number] = *start(folder, source), folder
        connection.wait([process.sentinel for process, *_ in running.values()], timeout=1)
        for number, (process, began, folder) in list(running.items()):
            if process.is_alive() and time.monotonic() - began > limit:
                process.kill()  # it would never end, which no test lets pass
            elif not process.is_alive():
                del running[number]
                free.append(folder)
                (folder / PACKAGE / f"{module}.py").write_text(original, encoding="utf-8")
                yield number, process.exitcode == 0


def main(argv=None):
    every = sorted({path.stem for path in (ROOT / PACKAGE).glob("[a-z]*.py")} - {"tables"})
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=every, metavar="MODULE", help=f"by default {', '.join(every)}")
    parser.add_argument("--count", type=int, default=60, help="mutants of a module, at most one a place in its source")
    parser.add_argument("--seed", type=int, default=2017)
    asked = parser.parse_args(argv)
    for name in ("pytest", "pandas", "networkx", "statsmodels.api"):  # once, for every mutant's process
        importlib.import_module(name)
    low = []
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary, str(i)) for i in range(os.cpu_count() or 1)]
        for folder in folders:
            shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "_build", "__pycache__"))
        for module in asked.modules:
            source = (ROOT / PACKAGE / f"{module}.py").read_text(encoding="utf-8")
            made, killed = mutants(source, asked.count, asked.seed), 0
            for number, survived in survivors(module, [text for *_, text in made], folders):
                (line, kind, before, after, _), word = made[number], "SURVIVED" if survived else "killed  "
                killed += not survived
                print(f"{word} {PACKAGE}/{module}.py:{line} {kind}: {before}  ->  {after}", flush=True)
            print(f"{module}: {killed} of {len(made)} killed", flush=True)
            low += [module] if killed < GOAL * len(made) else []
    sys.exit(f"fewer than {GOAL:.0%} of the mutants were killed: {', '.join(low)}" if low else 0)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process a core is enough
    main()
