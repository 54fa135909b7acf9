"""The documentation's transcripts, pictures and examples."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT
from tools.transcripts import IMAGES, SCENES, draw, excerpt, lines_of, plain, play

_VARIES = re.compile(r"\d+(?:\.\d+)?(?=s\b| s\b)")


@pytest.mark.parametrize("name", SCENES)
def test_transcripts_and_pictures_show_what_the_cli_prints(name: str, engine: Engine, tmp_path: Path) -> None:
    """Every line of a picture, and of the transcript of the same name, is printed."""
    printed = play(SCENES[name], engine, tmp_path)
    now = [_VARIES.sub("N", line) for line in lines_of(draw(name, printed))]
    picture = lines_of((IMAGES / f"{name}.svg").read_text(encoding="utf-8"))
    # A slow machine shows more progress, an official host adds lines after an error, and diagnostics have no order.
    for line in (_VARIES.sub("N", line) for line in picture):
        assert line in now, f"not printed: {line!r}; run `make docs`, printed was\n{plain(printed)}"
    for page in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))):
        for shown in re.findall(
            rf"<!-- transcript: {name} -->\n```text\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            assert shown == excerpt(name, printed), f"{page.name}: run `make docs`"


def test_every_picture_is_shown_with_its_program() -> None:
    """The README shows the program of the preview's picture, and each picture is on a page."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert f"```python\n{textwrap.dedent(SCENES['preview'].program).strip()}\n```" in readme
    pages = readme + "".join(page.read_text(encoding="utf-8") for page in (CHECKOUT / "docs").glob("*.md"))
    assert [image.name for image in IMAGES.iterdir() if f"images/{image.name})" not in pages] == []


@pytest.mark.parametrize(
    "names", [("program.py", "test_program.py"), ("fleet_by_filter.py", "test_fleet_by_filter.py")]
)
def test_documented_tests_pass(names: tuple[str, str], tmp_path: Path) -> None:
    """The tests of docs/testing.md and of the recipe pass unchanged, without settings."""
    for name in names:
        (file,) = (CHECKOUT / "docs").glob(f"*/{name}")
        shutil.copy(file, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), names[1]],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
