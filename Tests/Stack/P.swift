enum StackP {}
