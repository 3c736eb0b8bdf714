enum IssuerKitPlaceholder {}
