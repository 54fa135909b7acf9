"""What runs in the process of the dynamic providers (``python -m pulumi.dynamic``)."""
