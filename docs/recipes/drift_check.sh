# Exits with 7, after a list of what has changed, if a gateway differs from the state, or if `up` would change a resource.
# Exits with another status if a command fails, for example because a gateway was deleted or the API is down.
drift=0
for command in "refresh --preview-only" "preview"; do
  status=0
  pulumi $command --expect-no-changes --diff --non-interactive || status=$?
  if [ "$status" = 7 ]; then drift=7; elif [ "$status" != 0 ]; then exit "$status"; fi
done
exit "$drift"
