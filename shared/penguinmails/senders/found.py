"""Creates a workspace together with a first sender, for which the operator vouches."""

from penguinmails.errors import InvalidInput
from penguinmails.senders.add import AddPorts, add_sender
from penguinmails.senders.sender import NewSender, sender_problems
from penguinmails.tenants.create import Asked, TenantPorts, Workspace, create_workspace


def found_workspace(
    asked: Asked, sender: NewSender, tenants: TenantPorts, senders: AddPorts
) -> Workspace:
    """Create a workspace that may send from an address at once; raises InvalidInput."""
    if problems := list(sender_problems(sender, "/sender")):
        raise InvalidInput(*problems)
    made = create_workspace(asked, tenants)
    add_sender(made.tenant.id, sender, senders, operator=True)
    return made
