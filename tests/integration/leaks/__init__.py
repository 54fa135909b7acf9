"""Nothing secret is anywhere but where it belongs: searched for wherever a run leaves anything."""
