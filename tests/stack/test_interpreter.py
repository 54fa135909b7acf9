"""Which Python a stack test's program runs on: ``make versions`` relies on it."""

import platform

from tests.stack.project import Project


def test_program_and_provider_run_on_the_python_of_the_tests(project: Project) -> None:
    """A program and its dynamic provider run on the Python that runs the tests."""
    project.program(
        """
        import platform, pulumi
        from pulumi.dynamic import CreateResult, Resource, ResourceProvider

        class Provider(ResourceProvider):
            def create(self, props):
                import platform
                return CreateResult("python", {"version": platform.python_version()})

        class Python(Resource):
            version: pulumi.Output[str]

            def __init__(self, name):
                super().__init__(Provider(), name, {"version": None})

        pulumi.export("program", platform.python_version())
        pulumi.export("provider", Python("python").version)
        """
    )
    assert project.up() == {"program": platform.python_version(), "provider": platform.python_version()}
