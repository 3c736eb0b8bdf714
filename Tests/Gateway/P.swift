enum GatewayP {}
