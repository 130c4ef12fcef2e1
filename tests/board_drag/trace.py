"""A drag of three seconds over the busy day's board, traced by Chromium itself."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

DRAG_SECONDS = 3
TOO_LONG_MS = 50
CATEGORIES = ["toplevel", "devtools.timeline", "blink.user_timing"]
TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}


@dataclass(frozen=True)
class Figures:
    """What the page's main thread did from the press until the board had heard of the drop (milliseconds).

    `longest_cpu_ms` leaves out the time in which other programs had the processor.
    """

    tasks: int
    longest_task_ms: float
    longest_cpu_ms: float
    tasks_over_50: int
    long_tasks_seen_by_page: int
    moves: int

    @property
    def is_smooth(self) -> bool:
        """Whether no task was too long."""
        return self.tasks_over_50 == 0 and self.long_tasks_seen_by_page == 0


def trace_drag(browser: Browser, page: Page, reference: str, into: Path) -> Figures:
    """Drag a visit over the whole board and put it down; the trace stays in the file `into`.

    Measured are also polls that come meanwhile, the drop, and what the board draws after it.
    """
    page.evaluate(
        """() => { window.longTasks = 0;
          new PerformanceObserver(list => { window.longTasks += list.getEntries().length; })
            .observe({type: "longtask"}); }"""
    )
    browser.start_tracing(page=page, path=into, categories=CATEGORIES)
    page.wait_for_timeout(500)  # tracing begins with a paint of its own
    page.evaluate("performance.mark('drag-begins')")
    moves = _drag(page, reference)
    page.evaluate("performance.mark('drag-ends')")
    browser.stop_tracing()
    tasks = _tasks(json.loads(into.read_text())["traceEvents"])
    durations = [task["dur"] / 1000 for task in tasks]
    return Figures(
        tasks=len(durations),
        longest_task_ms=round(max(durations), 1),
        longest_cpu_ms=round(max(task.get("tdur", 0) for task in tasks) / 1000, 1),
        tasks_over_50=sum(duration > TOO_LONG_MS for duration in durations),
        long_tasks_seen_by_page=page.evaluate("window.longTasks"),
        moves=moves,
    )


def _drag(page: Page, reference: str) -> int:
    """Move up, down and across for three seconds, and put it down; return the number of moves."""
    block = page.locator(f"#v-{reference}")
    box = block.bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    x, y = box["x"] + 40, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    end, moves = time.monotonic() + DRAG_SECONDS, 0
    while time.monotonic() < end:
        moves += 1
        page.mouse.move(90 + moves * 23 % (size["width"] - 100), 120 + moves * 13 % (size["height"] - 130))
    expect(page.locator(".vghost.is-on")).to_be_visible()
    page.mouse.move(x, y + 16)  # ten minutes later than it was, which is free
    with page.expect_response(lambda answer: "/changes/" in answer.url):
        page.mouse.up()
    expect(page.locator(".vb[aria-busy]")).to_have_count(0)
    page.wait_for_timeout(300)
    return moves


def _tasks(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tasks of the page's main thread that began between the two marks (times in microseconds)."""
    marks = {event["name"]: event for event in events if event.get("name") in {"drag-begins", "drag-ends"}}
    begins, ends = marks["drag-begins"], marks["drag-ends"]
    return [
        event
        for event in events
        if event.get("name") in TASKS
        and (event["pid"], event["tid"]) == (begins["pid"], begins["tid"])
        and begins["ts"] <= event["ts"] <= ends["ts"]
        and "dur" in event
    ]
