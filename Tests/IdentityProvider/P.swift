enum IdentityProviderP {}
