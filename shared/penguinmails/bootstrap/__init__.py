"""Puts the house together: this package alone decides which adapter stands behind each port."""

import gc
import os
from functools import cache

from penguinmails.bootstrap.adapters import Adapters
from penguinmails.bootstrap.house import House
from penguinmails.settings import read_settings

__all__ = ["Adapters", "House", "house"]


@cache
def house() -> House:
    """Give this function's house, over AWS as its environment describes it."""
    gc.disable()  # what a cold start loads is no garbage, and to look for some is a tenth of it
    try:
        from penguinmails.bootstrap import aws

        return House(aws.adapters(read_settings(os.environ)))
    finally:
        gc.freeze()
        gc.enable()
