"""When and where the steps run: one path, `advance`, whatever delivers the work."""
