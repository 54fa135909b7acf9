"""The application's Deployment: the gateway comes from a ConfigMap, the token from a Secret."""

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
    """Declare the Deployment.

    Args:
        resource_name: the resource's name, also its label in the cluster.
        image: the container's image.
        replicas: the number of Pods.
        namespace: the namespace to deploy to.
        settings: the ConfigMap that becomes the containers' environment.
        token_secret: the Secret whose key ``token`` becomes OPENAI_API_KEY; the stack never sees its value.

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
