"""A replacement for pulumi-language-nodejs, which only an official CLI has, for install, preview and up.

Pulumi's own SDK runs the program; sdkgen generates local SDKs with Pulumi's own generator.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, plugin_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer, add_LanguageRuntimeServicer_to_server

_ERROR_WAS_SHOWN = 32
_UNLIMITED = [("grpc.max_receive_message_length", -1)]


class NodeRuntime(LanguageRuntimeServicer):
    """The calls that the engine makes to a language host."""

    def Handshake(self, request: Any, context: Any) -> Any:
        """Accept the engine, which also passes its address as the last argument."""
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Return a version."""
        return plugin_pb2.PluginInfo(version="3.0.0")

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """Return no packages: the engine loads a plugin when a call needs it."""
        return language_pb2.GetRequiredPackagesResponse()

    def GeneratePackage(self, request: Any, context: Any) -> Any:
        """Generate a local SDK."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as schema:
            schema.write(request.schema)
            schema.flush()
            subprocess.run(["sdkgen", "nodejs", schema.name, request.directory], check=True)
        return language_pb2.GeneratePackageResponse()

    def Link(self, request: Any, context: Any) -> Any:
        """Do nothing: the program's package.json has the SDK."""
        return language_pb2.LinkResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Install the npm packages, and those of the SDK, which compiles itself."""
        folder = Path(request.info.program_directory)
        for sdk in folder.glob("sdks/*"):
            subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=sdk, check=True, stdout=sys.stderr)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=folder, check=True, stdout=sys.stderr)
        yield language_pb2.InstallDependenciesResponse(stdout=b"installed\n")

    def Run(self, request: Any, context: Any) -> Any:
        """Run a program to its end."""
        options = {
            "monitor": request.monitor_address,
            "engine": sys.argv[-1],
            "organization": request.organization,
            "project": request.project,
            "stack": request.stack,
            "pwd": request.pwd,
            "parallel": request.parallel,
            "root-directory": request.info.root_directory,
        }
        folder = Path(request.info.program_directory)
        command = ["node", str(folder / "node_modules/@pulumi/pulumi/cmd/run")]
        command += [f"--{name}={value}" for name, value in options.items()]
        command += ["--dry-run"] if request.dryRun else []
        environ = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            "PULUMI_NODEJS_TYPESCRIPT": "true",
        }
        done = subprocess.run([*command, "."], cwd=folder, env={**os.environ, **environ}, check=False)
        if done.returncode == _ERROR_WAS_SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"exit code {done.returncode}" if done.returncode else "")

    def Cancel(self, request: Any, context: Any) -> Any:
        """Do nothing: the engine ends this process."""
        return Empty()


if __name__ == "__main__":
    server = grpc.server(ThreadPoolExecutor(8), options=_UNLIMITED)
    add_LanguageRuntimeServicer_to_server(NodeRuntime(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    signal.signal(signal.SIGINT, lambda *_: server.stop(None))
    server.wait_for_termination()
