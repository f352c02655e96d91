"""A stage that cannot start."""

raise FileNotFoundError("models/scene.onnx is missing: run `make models`")
