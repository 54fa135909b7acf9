"""A fallback Python language host for machines on which Pulumi's own isn't available.

It implements what ``preview``, ``up``, ``refresh`` and ``destroy`` call, with the gRPC stubs of the Pulumi SDK.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent import futures
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format

# The stubs alone: the packages around them import the whole SDK, which takes longer than the engine takes to start.
for _name, _folder in (("pulumi", "pulumi"), ("pulumi.runtime", "pulumi/runtime")):
    _package = ModuleType(_name)
    _package.__path__ = [f"{entry}/{_folder}" for entry in sys.path]
    sys.modules[_name] = _package

from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402

_RUN_PROGRAM = Path(__file__).with_name("run_program.py")
_ERROR_WAS_SHOWN = 32
"""The exit code of a program that has logged its error."""
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024
"""As large as the engine allows."""
_GRACE_SECONDS = 5
_CHECK_SECONDS = 2


class PythonRuntime(language_pb2_grpc.LanguageRuntimeServicer):
    """The calls of the engine to a language host."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._program: subprocess.Popen[bytes] | None = None
        self.stopped = threading.Event()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Receive the engine's address."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return this host's version."""
        return plugin_pb2.PluginInfo(version="0.1.0")

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return no packages: the engine loads a plugin when a resource needs it."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return no plugins: the engine loads a plugin when a resource needs it."""
        return language_pb2.GetRequiredPluginsResponse()

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Refuse to install anything."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "this fallback language host installs nothing; use pip")

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program until it ends."""
        try:
            python, environ = _environment(request.info)
        except FileNotFoundError as error:
            return language_pb2.RunResponse(error=str(error))
        settings = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "dry_run": request.dryRun,
            "parallel": request.parallel,
            "root_directory": request.info.root_directory,
        }
        environ["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        environ["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        folder = Path(request.info.program_directory)
        program = str(folder / (request.info.entry_point or "."))
        command = [python, "-u", str(_RUN_PROGRAM), json.dumps(settings), program, *request.args]
        self._program = subprocess.Popen(
            command,
            cwd=request.pwd or folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=sys.stdout,
            stderr=sys.stderr,
        )
        context.add_callback(self._program.terminate)  # the engine has cancelled the call
        code = self._program.wait()
        if code == _ERROR_WAS_SHOWN:
            return language_pb2.RunResponse(bail=True)
        # The wording of Pulumi's own host.
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}" if code else "")

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End the program and this host."""
        self.stopped.set()
        return empty_pb2.Empty()

    def end_program(self) -> None:
        """End the program if it is running, by force if necessary."""
        if self._program is not None and self._program.poll() is None:
            self._program.terminate()
            try:
                self._program.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._program.kill()


def _environment(info: Any) -> tuple[str, dict[str, str]]:
    """Return the project's Python and the environment of a process that runs on it.

    Raises:
        FileNotFoundError: There is no such Python.

    """
    environ = dict(os.environ)
    virtualenv = json_format.MessageToDict(info.options).get("virtualenv") or environ.get("PULUMI_RUNTIME_VIRTUALENV")
    if not virtualenv:
        python = shutil.which("python3")
        if python is None:
            raise FileNotFoundError("no python3 found on PATH")
        return python, environ
    folder = Path(info.root_directory, virtualenv)
    if not (folder / "bin" / "python").exists():
        raise FileNotFoundError(f"the virtual environment {folder} doesn't exist; create it and install the project")
    environ["VIRTUAL_ENV"] = str(folder)
    environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{environ.get('PATH', '')}"
    return str(folder / "bin" / "python"), environ


def main(arguments: list[str]) -> None:
    """Serve until the engine ends this process.

    Args:
        arguments: The command line that the engine passes: flags, then its address.

    """
    runtime = PythonRuntime(arguments[-1] if arguments else "")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: runtime.stopped.set())
    server = grpc.server(
        futures.ThreadPoolExecutor(), options=[("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(runtime, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    engine = os.getppid()
    print(port, flush=True)
    while not runtime.stopped.wait(_CHECK_SECONDS):
        if os.getppid() != engine:  # it was killed before it could end this process
            break
    runtime.end_program()
    server.stop(grace=1).wait(2)
    os._exit(0)  # without waiting for threads in a call


if __name__ == "__main__":
    main(sys.argv[1:])
