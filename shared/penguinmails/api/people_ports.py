"""What the API needs for contacts, their properties, their story, and what they may ask for."""

from dataclasses import dataclass

from penguinmails.contacts.ports import ContactPorts, DeletePorts, Directory
from penguinmails.enrollments.timeline import TimelinePorts
from penguinmails.imports.errors import ErrorPorts
from penguinmails.privacy.ports import RequestPorts
from penguinmails.properties.declare import PropertyPorts


@dataclass(frozen=True, slots=True)
class PeoplePorts:
    """The ports of the use cases about people."""

    change: ContactPorts
    delete: DeletePorts
    directory: Directory
    telling: TimelinePorts
    properties: PropertyPorts
    asking: RequestPorts
    errors: ErrorPorts
