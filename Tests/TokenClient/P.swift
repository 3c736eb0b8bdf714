enum TokenClientP {}
