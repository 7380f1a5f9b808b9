"""Instructions of a server for tests about bulk operations: wait, fail after half of the lines, or have no lines."""

from dataclasses import dataclass

from abandoned_checkouts.work.bulk_job import Job


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """Instructions of a server for tests about one operation: keep it running until a moment, let it fail after half of
    its lines, or end it without lines."""

    hold_until: int | None = None
    fails: bool = False
    is_empty: bool = False


def cut_lines(job: Job, plan: BulkPlan) -> str | None:
    """Keep the first half of the lines, or none. Returns the error code of the operation. Blocks."""
    lines = job.file.read_bytes().splitlines(keepends=True)
    kept = [] if plan.is_empty else lines[: len(lines) // 2]
    job.file.write_bytes(b"".join(kept))
    share = len(kept) / len(lines) if lines else 0
    job.progress.objects, job.progress.bytes = len(kept), sum(map(len, kept))
    job.progress.root_objects = int(job.progress.root_objects * share)
    return "INTERNAL_SERVER_ERROR" if plan.fails else None
