"""The calls that the engine makes to a language host."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from .environment import Environment, EnvironmentFailedError
from .processes import Processes

VERSION = "0.1.0"
ALREADY_SAID = 32
"""How a program's process ends after it has told the engine what is wrong."""

_RUN_PROGRAM = Path(__file__).with_name("run_program.py")


class PythonRuntime(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine.

    Args:
        engine: the engine's address.
        processes: starts what runs for it.
        shut_down: ends this host.

    """

    def __init__(self, engine: str, processes: Processes, shut_down: Callable[[], None]) -> None:
        self._engine = engine
        self._processes = processes
        self._shut_down = shut_down

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the engine's address."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer this host's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer the plugins that the installed SDKs bring; an environment still to be made has none."""
        try:
            plugins = _environment(request.info).installed()["plugins"]
        except EnvironmentFailedError:
            plugins = []
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(
                    name=plugin["name"],
                    kind="resource",
                    version="v" + str(plugin["version"]).removeprefix("v"),
                    server=plugin.get("server") or "",
                )
                for plugin in plugins
                if plugin.get("resource")
            ]
        )

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer nothing: an engine that asks so has asked for packages already."""
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer what is installed for the program."""
        try:
            installed = _environment(request.info).installed()
        except EnvironmentFailedError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        needed = set() if request.transitiveDependencies else set(installed["needed"])
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in sorted(installed["found"].items())
                if name.lower().replace("_", "-") not in needed
            ]
        )

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer which Python the project runs on."""
        try:
            environment = _environment(request.info)
            return language_pb2.AboutResponse(executable=environment.python, version=environment.installed()["version"])
        except EnvironmentFailedError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Ask nothing about a new project."""
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Make the project's virtual environment, install its requirements, and pass on what pip says."""
        folder = Path(request.info.program_directory or request.directory)
        environment = _environment(request.info)
        try:
            for command in environment.installation(folder):
                with self._processes.start(
                    command,
                    folder,
                    environment.variables(),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                ) as process:
                    for line in process.stdout or ():
                        yield language_pb2.InstallDependenciesResponse(stdout=line)
                    failed = process.wait()
                if failed:
                    context.abort(grpc.StatusCode.INTERNAL, f"`{' '.join(command)}` failed with exit code {failed}")
        except EnvironmentFailedError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program to its end."""
        environment = _environment(request.info)
        try:
            python = environment.python
        except EnvironmentFailedError as error:
            return language_pb2.RunResponse(error=str(error))
        connection = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization or "organization",
            "dry_run": request.dryRun,
            "parallel": request.parallel,
            "root_directory": request.info.root_directory,
        }
        environ = {
            **environment.variables(),
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        folder = Path(request.info.program_directory or request.pwd)
        entry = folder / (request.info.entry_point or ".")
        command = [python, "-u", str(_RUN_PROGRAM), json.dumps(connection), str(entry), *request.args]
        with self._processes.start(
            command, Path(request.pwd or folder), environ, stdout=sys.stdout, stderr=sys.stderr
        ) as process:
            # An engine that gives up the call wants the program to end.
            context.add_callback(process.terminate)
            code = process.wait()
        if code == 0:
            return language_pb2.RunResponse()
        if code == ALREADY_SAID:
            return language_pb2.RunResponse(bail=True)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return language_pb2.RunResponse(error=f"the program {how}")

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End all that runs."""
        self._processes.end()
        self._shut_down()
        return empty_pb2.Empty()


def _environment(info: Any) -> Environment:
    options = json_format.MessageToDict(info.options) if info.HasField("options") else {}
    return Environment.of(info.root_directory, options)
