"""The name, version and URL of this package."""

DISTRIBUTION = "pulumi-coreweave-gateway"
VERSION = "0.1.0"
PROJECT_URL = "https://github.com/pulumi-coreweave-gateway/pulumi-coreweave-gateway"
