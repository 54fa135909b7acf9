"""The application: a Deployment whose containers take their gateway from a ConfigMap, and the token from a Secret."""

from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core.v1 import (
    ConfigMap,
    ConfigMapEnvSourceArgs,
    ContainerArgs,
    EnvFromSourceArgs,
    EnvVarArgs,
    EnvVarSourceArgs,
    PodSpecArgs,
    PodTemplateSpecArgs,
    SecretKeySelectorArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs


def application(
    resource_name: str, *, image: str, replicas: int, namespace: str, settings: ConfigMap, token_secret: str
) -> Deployment:
    """Return the Deployment.

    Args:
        resource_name: its name in the stack, and its label in the cluster.
        image: the container's image.
        replicas: how many copies run.
        namespace: where it runs.
        settings: becomes the containers' environment.
        token_secret: the Secret whose key ``token`` is OPENAI_API_KEY; made outside of this stack, which never sees it.

    """
    labels = {"app": resource_name}
    container = ContainerArgs(
        name=resource_name,
        image=image,
        env_from=[EnvFromSourceArgs(config_map_ref=ConfigMapEnvSourceArgs(name=settings.metadata.name))],
        env=[
            EnvVarArgs(
                name="OPENAI_API_KEY",
                value_from=EnvVarSourceArgs(secret_key_ref=SecretKeySelectorArgs(name=token_secret, key="token")),
            )
        ],
    )
    return Deployment(
        resource_name,
        metadata=ObjectMetaArgs(namespace=namespace, labels=labels),
        spec=DeploymentSpecArgs(
            replicas=replicas,
            selector=LabelSelectorArgs(match_labels=labels),
            template=PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(labels=labels),
                spec=PodSpecArgs(containers=[container]),
            ),
        ),
    )
