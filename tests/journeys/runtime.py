"""An emulator that can be restarted: what it holds is on disk when it ends gracefully."""

from dataclasses import dataclass

from penguinmails.local import child, emulator
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import Stack

SAVING_S = 60.0
KEEPS_STATE = {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
"""To be in the environment that an emulator is started from."""


@dataclass(slots=True)
class Runtime:
    """An emulator and its process, of which there is a new one after each restart."""

    emulator: Emulator
    process: child.Child

    def stop(self) -> None:
        """End it as an operator would; it ends its workers, whatever they are doing."""
        self.process.process.terminate()
        self.process.process.wait(SAVING_S)
        self.process.stop()

    def restart(self, stack: Stack) -> None:
        """Stop, and start again on the same port with what was saved."""
        self.stop()
        self.process = _started(self.emulator)
        _follow_anew(stack)


def started(at: Emulator) -> Runtime:
    """Start an emulator in its folder."""
    return Runtime(at, _started(at))


def _started(at: Emulator) -> child.Child:
    process = emulator.start(at.folder, at.port, leashed=True)
    process.wait_until_it_listens()
    return process


def _follow_anew(stack: Stack) -> None:
    """Have the projector read from the start: a stream's records are not saved, its place is."""
    functions = stack.account.client("lambda")
    (found,) = functions.list_event_source_mappings(FunctionName=stack.function("projector"))[
        "EventSourceMappings"
    ]
    functions.delete_event_source_mapping(UUID=found["UUID"])
    functions.create_event_source_mapping(
        FunctionName=stack.function("projector"),
        EventSourceArn=found["EventSourceArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=found["BatchSize"],
    )
