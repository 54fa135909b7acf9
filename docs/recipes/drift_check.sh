# Fails, and names the field, if a gateway has changed since the last `up`.
pulumi refresh --preview-only --expect-no-changes --diff --non-interactive
