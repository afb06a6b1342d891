"""Who may import whom: the contracts of `pyproject.toml`, and that every pure module stands under the third.

Not here: the contracts themselves.
"""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import APPS, ROOT, modules, tree_of

# Names that every app uses alike; what is called otherwise is pure, or touches the outside and says so by its imports.
ROLES = {
    "urls", "views", "admin", "management", "tasks", "forms", "services", "access", "models", "querysets", "rules",
    "choices", "errors", "apps", "templatetags", "middleware",
}  # fmt: skip
# What a pure module does not import: frameworks, the machine, the clock of others.
IMPURE = {
    "django", "celery", "kombu", "redis", "structlog", "logging", "weasyprint", "pikepdf", "pypdfium2", "boto3",
    "botocore", "storages", "smtplib", "socket", "ssl", "urllib3", "http", "os", "io", "pathlib", "shutil", "tempfile",
    "subprocess", "sqlite3", "psycopg2", "allauth", "rules", "crispy_forms",
}  # fmt: skip
IMPURE_OURS = {"models", "querysets", "services", "access", "scopes", "views", "tasks", "forms"}


def contracts() -> dict[str, dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Full names of what a module imports, types-only imports left out."""
    names: set[str] = set()
    for node in ast.walk(_without_type_checking(tree_of(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _without_type_checking(tree: ast.Module) -> ast.Module:
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return tree


def is_pure(path: Path) -> bool:
    names = imported(path)
    outside = {name.split(".")[0] for name in names} & IMPURE
    ours = {name for name in names if name.split(".")[0] in APPS and IMPURE_OURS & set(name.split("."))}
    return not outside and not ours


def pure_modules() -> set[str]:
    """Modules of the apps that take values and give values."""
    return {
        dotted(path)
        for path in modules(*APPS)
        if path.name != "__init__.py" and not ROLES & set(dotted(path).split(".")) and is_pure(path)
    }


def test_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "0 broken" in checked.stdout


def test_every_app_is_under_the_contracts() -> None:
    layers = " ".join(contracts()["apps"]["layers"]).replace("|", " ").split()
    assert set(layers) == {"phucloi_portal", *APPS, "statements", "vietnamese"}
    assert set(contracts()["modules"]["containers"]) == set(APPS) - {"interface"}


def test_every_pure_module_is_kept_pure() -> None:
    listed = set(contracts()["pure"]["source_modules"]) - {"vietnamese"}
    covered = {module for module in pure_modules() if any(module == m or module.startswith(m + ".") for m in listed)}
    assert pure_modules() - covered == set(), 'add them to contract 3 (id = "pure") of pyproject.toml'


def test_contract_of_pure_modules_forbids_what_they_must_not_touch() -> None:
    assert set(contracts()["pure"]["forbidden_modules"]) >= IMPURE - {"rules", "crispy_forms", "storages", "allauth"}
