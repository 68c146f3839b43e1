"""The command line: commands, tables, progress, exit codes. Knows not how anything is done."""
