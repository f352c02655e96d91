"""The metrics of a worker: one list of names, each with its sentence."""

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

RECORDS = Counter("vls_records_total", "Records taken in, by topic.", ["topic"], registry=REGISTRY)
PUBLISHED = Counter("vls_messages_published_total", "Messages published, by topic.", ["topic"], registry=REGISTRY)
ABORTS = Counter(
    "vls_publish_failures_total", "Publications that did not go through and are tried again.", registry=REGISTRY
)
TASKS = Counter("vls_tasks_total", "Tasks concluded, by how.", ["how"], registry=REGISTRY)
CPU = Counter("vls_task_cpu_seconds_total", "CPU seconds of the work of tasks.", registry=REGISTRY)
IN_HAND = Gauge("vls_tasks_in_hand", "Tasks begun and not concluded.", registry=REGISTRY)
DOWN = Gauge("vls_dependency_down", "1 while a dependency does not answer.", ["dependency"], registry=REGISTRY)
PARTITIONS = Gauge("vls_partitions_assigned", "Partitions that this worker holds.", registry=REGISTRY)
READY = Gauge("vls_ready", "1 while this worker can work.", registry=REGISTRY)
