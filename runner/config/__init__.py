"""The config room: config.yaml, references to secrets, and the workspace that holds them together."""
