"""Record the documentation's transcripts and pictures with the real CLI: ``python -m tools.transcripts``.

Each scene is one Pulumi command against the emulator. Its output replaces the transcript of the same name in every
page (``<!-- transcript: NAME -->``), and is drawn to ``docs/images/NAME.svg``.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.text import Text

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tools.engine import Engine, ensure
from tools.sandbox import CHECKOUT, sandbox_environment

IMAGES = CHECKOUT / "docs" / "images"
PROD = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
MISSING = "00000000-0000-4000-8000-000000000000"

_WIDTH = 124
_TRANSCRIPT = re.compile(r"(<!-- transcript: (\S+) -->\n```text\n)(.*?)(```)", re.DOTALL)
_PROGRESS = re.compile(
    r"@ "
    r"|.*create error: "
    r"|.*creat(?:e|ing \(\d+s\)) read "
    r"|.* \d+ errors?$"
    r"|    pulumi-python:\S+ gateway(?:  error: .*)?$"
)
"""Lines of progress, which differ from run to run; the diagnostics repeat their errors."""
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_WEB_FONTS = re.compile(r"\s*@font-face {.*?}", re.DOTALL)
"""Web fonts, which a picture on a page can't load."""

_DEFAULT = """
    import pulumi
    from pulumi_coreweave_gateway import GatewayLookup

    gateway = GatewayLookup("gateway", gateway_id=pulumi.Config().require("gatewayId"), require_ready=True)
    pulumi.export("endpoint", gateway.endpoint)
    pulumi.export("openai_base_url", gateway.openai_base_url)
    pulumi.export("status", gateway.status)
    pulumi.export("zones", gateway.zones)
"""
_WAITING = """
    import pulumi
    from pulumi_coreweave_gateway import GatewayLookup, WaitForReady

    gateway = GatewayLookup("gateway", gateway_name="new", wait_for_ready=WaitForReady(timeout=600, poll_interval=1))
    pulumi.export("endpoint", gateway.endpoint)
"""


@dataclass(frozen=True)
class Scene:
    """A command, and the program and gateways that it runs with.

    Attributes:
        title: the command as a user types it, shown above the picture.
        command: the arguments of ``pulumi``.
        program: the Pulumi program.
        gateway_id: the value of ``gatewayId`` in the stack configuration.
        before: changes the emulator after a first ``up``; None runs the command on an empty stack.
        prepare: changes the emulator at the start.
        excerpt: matches the lines that a page shows; by default all.

    """

    title: str
    command: tuple[str, ...]
    program: str = _DEFAULT
    gateway_id: str = PROD
    before: Callable[[Emulator], object] | None = None
    prepare: Callable[[Emulator], object] | None = None
    excerpt: str = ""


def _move_endpoint(emulator: Emulator) -> None:
    emulator.change(PROD, status={"endpoints": ["https://llm.example.com"]})


def _create_slowly(emulator: Emulator) -> None:
    gateway_id = emulator.add(name="new", gateway_id="0c9a4f0e-2f0b-4c59-9a51-6b0d9a1c7e55", ready=False)
    emulator.become_ready(gateway_id, after_reads=3)


SCENES = {
    "preview": Scene("pulumi preview --show-reads", ("preview", "--show-reads")),
    "drift": Scene("pulumi preview --diff", ("preview", "--diff"), before=_move_endpoint),
    "wait": Scene("pulumi up", ("up", "--yes", "--skip-preview"), program=_WAITING, prepare=_create_slowly),
    "not-found": Scene(
        "pulumi preview",
        ("preview",),
        gateway_id=MISSING,
        excerpt=r"  pulumi-python|    error: Preview failed: gateway",
    ),
}


def play(scene: Scene, engine: Engine, folder: Path) -> str:
    """Return the colored output of a scene's command, without what differs from run to run.

    Args:
        scene: the command.
        engine: the CLI that runs it.
        folder: an empty folder for the project and the CLI's state.

    """
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        if scene.prepare:
            scene.prepare(emulator)
        environ = sandbox_environment(folder, engine.bin, emulator.environ)
        project = folder / "project"
        project.mkdir()
        (project / "__main__.py").write_text(textwrap.dedent(scene.program), encoding="utf-8")
        runtime = {"name": "python", "options": {"virtualenv": str(CHECKOUT / ".venv")}}
        (project / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "shop", "runtime": runtime}), encoding="utf-8")

        def pulumi(*arguments: str) -> str:
            command = ["pulumi", "--non-interactive", "--color", "always", *arguments]
            done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
            return done.stdout + done.stderr

        pulumi("stack", "init", "dev")
        pulumi("config", "set", "gatewayId", scene.gateway_id)
        if scene.before:
            pulumi("up", "--yes", "--skip-preview")
            scene.before(emulator)
        printed = pulumi(*scene.command)
        port = emulator.url.rpartition(":")[2]
    lines = (line.rstrip() for line in printed.replace(port, "PORT").splitlines())
    kept = [line for line in lines if not _PROGRESS.match(plain(line).rstrip())]
    return re.sub(r"(request )[0-9a-zA-Z-]{8,}", r"\1REQUEST", "\n".join(kept)).strip("\n") + "\n"


def plain(text: str) -> str:
    """Return text without its colors."""
    return _COLOR.sub("", text)


def excerpt(name: str, printed: str) -> str:
    """Return the lines of a scene's output that a page shows, without colors."""
    lines = plain(printed).splitlines(keepends=True)
    return "".join(line for line in lines if re.match(SCENES[name].excerpt, line))


def draw(name: str, printed: str) -> str:
    """Return an SVG picture of a scene's output; it loads no font."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(printed))
    svg = _WEB_FONTS.sub("", console.export_svg(title=SCENES[name].title, unique_id=name))
    return svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")


def lines_of(svg: str) -> list[str]:
    """Return the lines of text in a picture."""
    rows: dict[float, dict[float, str]] = {}
    for x, y, text in re.findall(r'<text class="\S+-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        rows.setdefault(float(y), {})[float(x)] = html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")
    return ["".join(row[x] for x in sorted(row)).rstrip() for _, row in sorted(rows.items())]


def main() -> int:
    """Update all transcripts and pictures."""
    engine = ensure()
    printed: dict[str, str] = {}
    for name, scene in SCENES.items():
        with tempfile.TemporaryDirectory(prefix="transcripts-") as folder:
            printed[name] = play(scene, engine, Path(folder))
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    for name, text in printed.items():
        (IMAGES / f"{name}.svg").write_text(draw(name, text), encoding="utf-8")
    for page in [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")]:
        before = page.read_text(encoding="utf-8")
        after = _TRANSCRIPT.sub(lambda found: f"{found[1]}{excerpt(found[2], printed[found[2]])}{found[4]}", before)
        if after != before:
            page.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
