"""What a site asks of the owner: codes now; passkeys and people as the project grows."""
