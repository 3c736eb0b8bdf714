enum TokenExchangeP {}
