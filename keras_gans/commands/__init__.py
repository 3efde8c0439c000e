"""What the verbs of the command line do, a file for each, without the command line's words."""
