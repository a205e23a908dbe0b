"""The commands, a module each: its name is the command's, and its `command` is what click runs."""
