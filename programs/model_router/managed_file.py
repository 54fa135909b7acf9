"""A resource of our own: a file on the machine that runs Pulumi."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)


class _Files(ResourceProvider):
    """Creates, updates and deletes the file; runs in a process of its own."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        failures = []
        try:
            there = _content(Path(news["path"]))
        except OSError as error:
            # A folder, or below a file. Found here, it is one line of the preview; later on, it would be a traceback.
            failures.append(CheckFailure("path", f"it can't be a file of ours ({error.strerror}): choose another path"))
        else:
            if _olds.get("path") != news["path"] and there not in (None, news["content"]):
                failures.append(
                    CheckFailure("path", "there is a file that is not ours: move it, or choose another path")
                )
        return CheckResult(news, failures)

    def create(self, props: dict[str, Any]) -> CreateResult:
        _write(Path(props["path"]), props["content"])
        return CreateResult(props["path"], props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        moved = _olds["path"] != _news["path"]
        # Asked in every preview, so one that was edited or deleted by hand is put right without a refresh.
        stale = _olds["content"] != _news["content"] or _content(Path(_news["path"])) != _news["content"]
        return DiffResult(changes=moved or stale, replaces=["path"] if moved else [])

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        _write(Path(_id), _news["content"])
        return UpdateResult(_news)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        content = _content(Path(id_))
        return ReadResult("", {}) if content is None else ReadResult(id_, {**props, "content": content})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        Path(_id).unlink(missing_ok=True)


class ManagedFile(Resource, module="files", name="ManagedFile"):
    """A text file, replaced whole and at once whenever its content changes, and removed by ``destroy``.

    Args:
        resource_name: its name in the stack.
        path: where it is; another path is another file.
        content: what is in it.
        opts: resource options.

    """

    path: pulumi.Output[str]
    content: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        path: pulumi.Input[str],
        content: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(_Files(), resource_name, {"path": path, "content": content}, opts)


def _content(path: Path) -> str | None:
    """Return what is in a file, None if there is none."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _write(path: Path, content: str) -> None:
    """Put a new file in the place of the old one: whoever reads it meanwhile sees one of the two, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(content)
        # The proxy may run as another user; there is no secret in it.
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
