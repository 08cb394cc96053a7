"""Runs one function over many values in threads; the first failure ends it, and what has not begun does not begin."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

V = TypeVar("V")
R = TypeVar("R")

THREADS: Final = 16


def in_parallel(function: Callable[[V], R], values: Iterable[V], *, threads: int = THREADS) -> list[R]:
    """The results, in the order of ``values``; raises what the first failing call raised."""
    pool = ThreadPoolExecutor(threads)
    try:
        return [future.result() for future in [pool.submit(function, value) for value in values]]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
