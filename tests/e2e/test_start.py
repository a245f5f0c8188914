"""What is not needed is not imported: starting fast is a feature, and the shell must never load the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.e2e.desks import account_line, environment, real_store
from tests.e2e.terminal import ROOT


def modules_after(home: Path, *words: str | Path) -> set[str]:
    """The modules that a command has loaded when it is done."""
    code = (
        "import sys\nfrom greenwax.cli import main\n"
        f"main({[str(word) for word in words]!r})\n"
        "print(' '.join(sorted(name.split('.')[0] for name in sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split("\n")[-2].split())


def test_the_version_needs_nothing(tmp_path: Path) -> None:
    assert not modules_after(tmp_path, "--version") & {"pydantic", "textual", "rich", "tinydb", "casework", "asyncio"}


def test_a_command_never_loads_the_terminal(tmp_path: Path) -> None:
    """Seen red with: `tui.app` imported at the top of `commands.py`."""
    store = real_store(tmp_path, account_line(1))
    assert not modules_after(tmp_path, "next", "--store", store) & {"textual", "rich", "tui", "httpx"}
