"""The running whole: settings, the services a process shares, and the command line."""
