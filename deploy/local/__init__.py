"""Real servers without containers: Kafka, a schema registry, PostgreSQL and an S3 store, each in a folder of its own.

`python -m deploy.local up` leaves them running for a person, `run -- COMMAND` lends them to one command and takes them
away when it ends, however it ends.
"""
