"""Makes the session of botocore that one set of adapters shares."""

import gzip
import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any

from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session


def new_session(region: str) -> Session:
    """Make a session; its clients share its credentials, and what it has read of botocore's data."""
    session = Session()
    session.set_config_variable("region", region)
    session.register_component("data_loader", _Models(file_loader=_Files()))
    return session


class _Models(Loader):
    """Takes every folder for a service's; botocore looks into each, over 400, to make sure."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's
        folders = filter(os.path.isdir, self.search_paths)
        return [entry.name for folder in folders for entry in os.scandir(folder)]


class _Files(JSONFileLoader):
    """Reads into plain dicts, which keep their order too and take half the time."""

    def load_file(self, file_path: str) -> Any:  # noqa: ANN401 - JSON
        for ending, opened in _FORMS.items():
            try:
                with opened(file_path + ending, "rb") as file:
                    return json.load(file)
            except FileNotFoundError:
                continue
        return None


_FORMS: Mapping[str, Callable[[str, str], AbstractContextManager[Any]]] = MappingProxyType(
    {".json": open, ".json.gz": gzip.open}
)
