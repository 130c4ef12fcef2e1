"""Background tasks name themselves: what they change says so, where a person would stand."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import pghistory

Given = ParamSpec("Given")
Result = TypeVar("Result")


def named(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Have what a task changes noted under its name, such as "bookings.tasks.sweep_expired_holds".

    It stands below `@app.task`, so that the task is made of what this returns.
    """
    name = f"{function.__module__}.{function.__name__}"

    @wraps(function)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with pghistory.context(task=name):
            return function(*args, **kwargs)

    return run
