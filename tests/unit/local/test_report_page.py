"""The demo's report: complete, honest about failures, and in need of no other file."""

import re
from collections import Counter
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest

from penguinmails.analytics.counters import CounterKey, CounterRow
from penguinmails.local.demo.pages import count, percent
from penguinmails.local.demo.report_page import days_of, ends_of, late, render
