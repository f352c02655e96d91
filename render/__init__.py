"""What a video is: motion, timeline, beats, encoding, checks. Knows no Kafka."""
