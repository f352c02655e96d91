"""What a photo shows: decoding, models, classification, quality, listing summary. Knows no Kafka."""
