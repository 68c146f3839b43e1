"""Messages to the owner: written, sent to real servers, and never lost."""
