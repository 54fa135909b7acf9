# Ends with an error, and names the field, when a gateway isn't any more what the latest `up` saw.
pulumi refresh --preview-only --expect-no-changes --diff --non-interactive
