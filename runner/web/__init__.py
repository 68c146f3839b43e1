"""What the owner sees in their own browser: live pages now, the dashboard later."""
