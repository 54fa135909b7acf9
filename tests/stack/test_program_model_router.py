"""The program ``model_router`` on the real engine."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.project import Project, said
from tests.stack.readmes import PROGRAMS, run_readme

SOURCE = PROGRAMS / "model_router"


@pytest.fixture
def router(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return a copy of the program, with a stack."""
    return Project(tmp_path / "model_router", environ, source=SOURCE)


def _entry(name: str, model: str, base: str, **more: Any) -> dict[str, Any]:
    parameters = {"model": model, "api_base": base, "api_key": "os.environ/COREWEAVE_API_TOKEN", **more}
    return {"model_name": name, "litellm_params": parameters}


def _written(router: Project) -> Any:
    return yaml.safe_load((router.folder / "litellm.yaml").read_text())


def _base(gateway_id: str) -> str:
    return f"https://api.{gateway_id}.gw.cwinference.com"


def test_from_preview_to_destroy(router: Project, coreweave_emulator: Emulator) -> None:
    """A preview writes nothing; up writes the file, and again when an endpoint changes; destroy removes it."""
    prod = coreweave_emulator.add(name="prod")
    file = router.folder / "litellm.yaml"
    done = router.cli("preview")
    assert done.returncode == 0, said(done)
    assert not file.exists()
    outputs = router.up()
    assert outputs == {"path": str(file), "models": ["prod/*"], "left_out": {}}
    assert _written(router) == {"model_list": [_entry("prod/*", "openai/*", f"{_base(prod)}/v1")]}
    assert router.cli("preview", "--expect-no-changes").returncode == 0

    coreweave_emulator.change(prod, status={"endpoints": ["https://llm.example.com"]})
    done = router.cli("preview", "--diff")
    assert f'"{_base(prod)}/v1" => "https://llm.example.com/v1"' in done.stdout, said(done)
    router.up()
    assert _written(router) == {"model_list": [_entry("prod/*", "openai/*", "https://llm.example.com/v1")]}
    assert [other.name for other in router.folder.iterdir() if other.name.startswith(".litellm")] == []
    assert router.cli("destroy", "--yes").returncode == 0
    assert not file.exists()


def test_every_kind_of_gateway(router: Project, coreweave_emulator: Emulator) -> None:
    """Named models are routed as their gateway routes them; what can't be routed to is left out, with the reason."""
    ids = {
        "a-body": coreweave_emulator.add(name="a-body"),
        "b-header": coreweave_emulator.add(name="b-header", routing="header"),
        "c-path": coreweave_emulator.add(name="c-path", routing="path"),
    }
    coreweave_emulator.add(name="d-path", routing="path")
    coreweave_emulator.add(name="e-new", ready=False)
    for key, value in (
        ("models.a-body[0]", "org/one"),
        ("models.a-body[1]", "two"),
        ("models.b-header[0]", "two"),
        ("models.c-path[0]", "three"),
        ("models.f-gone[0]", "four"),
    ):
        assert router.cli("config", "set", "--path", key, value).returncode == 0
    outputs = router.up()
    assert _written(router)["model_list"] == [
        _entry("org/one", "openai/org/one", f"{_base(ids['a-body'])}/v1"),
        _entry("two", "openai/two", f"{_base(ids['a-body'])}/v1"),
        _entry("two", "openai/two", f"{_base(ids['b-header'])}/v1", extra_headers={"X-Model": "two"}),
        _entry("three", "openai/three", f"{_base(ids['c-path'])}/three/v1"),
    ]
    assert outputs["left_out"] == {
        "d-path": "it finds a model by the request's path or header: name its models in the configuration",
        "e-new": "it does not serve (STATUS_CREATING)",
        "f-gone": "there is no such gateway",
    }


def test_a_file_changed_by_hand_is_put_right(router: Project, coreweave_emulator: Emulator) -> None:
    """Neither an edit nor a deletion outlives the next up."""
    coreweave_emulator.add(name="prod")
    router.up()
    file = router.folder / "litellm.yaml"
    content = file.read_text()
    file.write_text("edited")
    assert router.preview()["update"] == 1
    router.up()
    assert file.read_text() == content
    file.unlink()
    router.up()
    assert file.read_text() == content


def test_a_file_of_somebody_else_stays(router: Project, coreweave_emulator: Emulator) -> None:
    """A file that was there before is an error in the preview already, and is not overwritten."""
    coreweave_emulator.add(name="prod")
    file = router.folder / "litellm.yaml"
    file.write_text("theirs")
    done = router.cli("preview")
    assert done.returncode != 0
    assert f"{file}}} has a problem: there is a file that is not ours: move it, or choose another path" in said(done)
    assert "Traceback" not in said(done)
    assert file.read_text() == "theirs"


@pytest.mark.parametrize(
    ("path", "why"),
    [(".", "Is a directory"), ("Pulumi.yaml/litellm.yaml", "Not a directory")],
    ids=["folder", "below a file"],
)
def test_a_path_that_can_be_no_file(router: Project, path: str, why: str) -> None:
    """A path of a folder, or below a file, is one line of the preview."""
    router.configure(path=path)
    done = router.cli("preview")
    assert done.returncode != 0
    assert f"has a problem: it can't be a file of ours ({why}): choose another path\n" in said(done)
    assert "Traceback" not in said(done)


@pytest.mark.parametrize(
    ("key", "value", "command"),
    [
        (
            "models.prod",
            "llama",
            "pulumi config rm --path models.prod && pulumi config set --type string --path 'models.prod[0]' llama",
        ),
        (
            'models["eu west"][0]',
            "7",
            (
                "pulumi config rm --path 'models[\"eu west\"]' && "
                "pulumi config set --type string --path 'models[\"eu west\"][0]' MODEL"
            ),
        ),
    ],
    ids=["a text", "a number in the list"],
)
def test_models_that_are_no_lists(
    router: Project, coreweave_emulator: Emulator, key: str, value: str, command: str
) -> None:
    """A text is not taken for the list of its letters: one line shows the commands that put it right, and they do."""
    coreweave_emulator.add(name="prod")
    assert router.cli("config", "set", "--path", key, value).returncode == 0
    done = router.cli("preview")
    assert done.returncode != 0
    (line,) = (
        line for line in said(done).splitlines() if line.startswith("    error: models: expected a list of texts")
    )
    assert line.endswith(f": {command}")
    assert "Traceback" not in said(done)
    assert coreweave_emulator.counts().requests == 0
    subprocess.run(["bash", "-c", command], cwd=router.folder, env=router.environ, capture_output=True, check=True)
    assert router.cli("preview").returncode == 0


def test_models_are_named_by_gateway(router: Project) -> None:
    """What is no mapping at all the engine itself refuses, as Pulumi.yaml describes it."""
    router.configure(models="llama")
    done = router.cli("preview")
    assert done.returncode != 0
    assert "with configuration key 'models' must be of type 'object'" in said(done)
    assert "Traceback" not in said(done)


def test_another_path_is_another_file(router: Project, coreweave_emulator: Emulator) -> None:
    """With a new path the new file is written and the old one removed, in folders that come by themselves."""
    coreweave_emulator.add(name="prod")
    router.up()
    router.configure(path="etc/proxy/config.yaml")
    router.up()
    assert (router.folder / "etc/proxy/config.yaml").is_file()
    assert not (router.folder / "litellm.yaml").exists()


def test_the_readme(engine: Engine, tmp_path: Path) -> None:
    """The README's commands print what it shows."""
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        run_readme(
            SOURCE / "README.md", tmp_path, sandbox_environment(tmp_path / "pulumi", engine.bin, emulator.environ)
        )
