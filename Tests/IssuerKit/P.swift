enum IssuerKitP {}
