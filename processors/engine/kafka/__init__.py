"""The engine's broker protocols on Apache Kafka, by confluent-kafka (librdkafka)."""
