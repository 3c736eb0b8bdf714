enum OrdersP {}
