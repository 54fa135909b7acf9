"""Chat requests pass through a real LiteLLM, configured by ``model_router``, to a model server behind each gateway."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import threading
import time
import venv
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from tools.engine import ensure
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project

pytestmark = pytest.mark.skipif(
    os.environ.get("COREWEAVE_GATEWAY_LITELLM") != "1", reason="installs LiteLLM: run make test-litellm"
)

PROGRAM = CHECKOUT / "programs" / "model_router"
_LLAMA = "meta-llama/Llama-3.1-8B"


class ModelServer(ThreadingHTTPServer):
    """A model server that responds to every chat request and records it.

    Attributes:
        requests: the path, headers and body of each request.

    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Chat)
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """Return the server's URL."""
        return f"http://127.0.0.1:{self.server_port}"


class _Chat(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        """Respond to a chat request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, body))
        message = {"role": "assistant", "content": f"I am {body['model']}"}
        completion = {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        data = json.dumps(completion).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    """Return a running model server."""
    with ModelServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def configuration(models: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what ``model_router`` exports for gateways of each kind, all with the model server as endpoint."""
    folder = tmp_path_factory.mktemp("router")
    with Emulator() as emulator:
        served: dict[Literal["body", "header", "path"], list[str]] = {
            "body": ["one", _LLAMA],
            "header": ["org/two"],
            "path": [f"{_LLAMA}-path"],
        }
        for routing, names in served.items():
            gateway = emulator.add(name=routing, routing=routing)
            emulator.change(gateway, status={"endpoints": [f"{models.url}/{routing}"]})
            for name in names:
                emulator.add_deployment(model=name, gateway_ids=[gateway])
        environ = sandbox_environment(folder / "pulumi", ensure().bin, emulator.environ)
        router = Project(folder / "project", environ, source=PROGRAM)
        outputs = router.up()
    assert outputs["left_out"] == {}
    return str(outputs["litellm_config"])


@pytest.fixture(scope="module")
def proxy(configuration: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of a LiteLLM with this configuration, started as the README shows."""
    folder = tmp_path_factory.mktemp("litellm")
    (folder / "litellm.yaml").write_text(configuration)
    command = re.search(r"^litellm --config .*$", (PROGRAM / "README.md").read_text(), re.MULTILINE)
    assert command is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The variables that the README sets, and one that keeps LiteLLM from downloading a list of prices.
    environ = {
        "PATH": f"{_installed()}:{os.environ['PATH']}",
        "HOME": str(folder),
        "COREWEAVE_API_TOKEN": "tok-gateways",
        "LITELLM_MASTER_KEY": "sk-clients",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command[0].split(), "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=environ,
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _installed() -> Path:
    """Return the ``bin`` of a virtual environment with LiteLLM, kept beside the project's own."""
    folder = CHECKOUT / ".venv" / "litellm"
    if not (folder / "bin" / "litellm").exists():
        venv.create(folder, with_pip=True)
        requirements = CHECKOUT / "tests" / "litellm" / "requirements.txt"
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", "-r", requirements], check=True)
    return folder / "bin"


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{url}/health/liveliness", timeout=5).ok:
                return
        time.sleep(0.5)
    pytest.fail(f"LiteLLM didn't start:\n{log.read_text()[-3000:]}")


@pytest.mark.parametrize(
    ("requested", "model", "path", "header"),
    [
        ("one", "one", "/body/v1/chat/completions", None),
        (_LLAMA, _LLAMA, "/body/v1/chat/completions", None),
        ("org/two", "org/two", "/header/v1/chat/completions", "org/two"),
        (f"{_LLAMA}-path", f"{_LLAMA}-path", "/path/meta-llama%2FLlama-3.1-8B-path/v1/chat/completions", None),
    ],
    ids=["body", "body slash", "header slash", "path slash"],
)
def test_chat_request_reaches_the_model(
    proxy: str, models: ModelServer, requested: str, model: str, path: str, header: str | None
) -> None:
    """A gateway gets the model's name where its routing expects it, and the gateways' token."""
    models.requests.clear()
    response = requests.post(
        f"{proxy}/v1/chat/completions",
        headers={"Authorization": "Bearer sk-clients"},
        json={"model": requested, "messages": [{"role": "user", "content": "Who are you?"}]},
        timeout=60,
    )
    assert response.status_code == 200, response.text
    assert response.json()["choices"][0]["message"]["content"] == f"I am {model}"
    ((sent_path, headers, body),) = models.requests
    assert (sent_path, body["model"], headers.get("x-model")) == (path, model, header)
    assert headers["authorization"] == "Bearer tok-gateways"
