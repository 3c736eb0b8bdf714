enum TokensP {}
