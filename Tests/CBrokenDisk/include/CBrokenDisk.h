// Nothing to call: the library puts itself between a process and its disk.
