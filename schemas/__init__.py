"""The contract: every record on every topic, its Avro schema, and the codec between them. Imports nothing of ours."""
